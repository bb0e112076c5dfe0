// Stands in for the vendor's `websocket.js` in tests. Written for this bench from the description of the wire; it keeps the
// habits of the vendor's client 2.17.0505, good and bad: it opens the WebSocket by itself, cuts values at their second colon,
// and makes that version's mistakes in four commands.
var sapoSocket = {
  socket: null,
  debug: false,
  beat: null,
  unanswered: 0,
  interval: 0,

  connect: function (server, port) {
    var self = this;
    if (self.socket) self.socket.close();
    var socket = new WebSocket('ws://' + server + ':' + (port || 8081) + '/spcc/cti');
    self.socket = socket;
    socket.onopen = function () { sapoFire('OnConnect_cb', []); };
    socket.onmessage = function (event) {
      if (self.debug) console.log('<<', event.data);
      sapoReceive(sapoFields(event.data));
    };
    socket.onclose = function () {
      if (self.socket !== socket) return;
      clearInterval(self.beat);
      self.socket = null;
      sapoState = {};
      sapoFire('OnDisconnect_cb', []);
    };
  },

  send: function (text) {
    if (!this.socket || this.socket.readyState !== 1) return;
    if (this.debug) console.log('>>', text);
    this.socket.send(text);
  },

  startBeat: function () {
    var self = this;
    clearInterval(self.beat);
    self.unanswered = 0;
    if (!(self.interval > 0)) return;
    self.beat = setInterval(function () {
      if (self.unanswered >= 3) {
        self.socket.close();
        return;
      }
      self.unanswered += 1;
      self.send('command:heartbeat\n\n');
    }, self.interval * 1000);
  }
};

/** The last `status changed`. */
var sapoState = {};
var sapoBusy = '';

/** The lines of a message. A second colon ends the value: the vendor's own loss. */
function sapoFields(text) {
  var fields = {};
  text.split('\n').forEach(function (line) {
    var parts = line.split(':');
    if (parts.length > 1) fields[parts[0]] = parts[1];
  });
  return fields;
}

/** Calls a function of the page, if it has it. */
function sapoFire(name, args) {
  var target = typeof name === 'string' ? window[name] : name;
  if (typeof target === 'function') {
    target.apply(window, args);
    return true;
  }
  return false;
}

function sapoBusyOrFree(busy) {
  sapoBusy = busy || '';
  if (sapoBusy) sapoFire('OnBusy_cb', [sapoBusy]);
  else sapoFire('OnFree_cb', []);
}

function sapoReceive(f) {
  if (f.messageType === 'heartbeat response') {
    sapoSocket.unanswered = 0;
  } else if (f.messageType === 'command response') {
    sapoAnswered(f);
  } else if (f.messageType === 'event') {
    sapoHappened(f);
  }
}

function sapoAnswered(f) {
  var good = f.success === 'true';
  if (f.command === 'login') {
    if (!good) {
      sapoFire('OnLoginFail_cb', [f.resultText]);
      return;
    }
    sapoSocket.startBeat();
    sapoFire('OnLoginSuccess_cb', []);
    sapoBusyOrFree(f.busy === undefined ? sapoBusy : f.busy);
  } else if (f.command === 'logout' && good) {
    clearInterval(sapoSocket.beat);
    if (!sapoFire('OnLogOutSuccess_cb', [])) sapoFire('OnLogoutSuccess_cb', []);
  } else if (f.command === 'getExtensionList' && good) {
    var records = f.resultText ? f.resultText.split(',') : [];
    sapoFire('extensionList_cb', [JSON.stringify(records.map(function (record) {
      var p = record.split('|');
      return { exten: p[0], name: p[1], loginId: p[2], sector: p[3], group: p[4], state: p[5], busy: p[6] };
    }))]);
  } else if (!good) {
    sapoFire('OnErrorNotice_cb', [f.resultText]);
  }
}

function sapoHappened(f) {
  var inbound = [f.number, f.callid, f.autodial === 'true', f.province, f.city, f.isp, f.data];
  switch (f.name) {
    case 'call status': sapoFire('OnCallStatus_cb', [f.call, f.number]); break;
    case 'outbound ringing': sapoFire('OnOutboundRinging_cb', [f.number, f.callid]); break;
    case 'outbound answered': sapoFire('OnOutbound_cb', [f.number, f.callid, f.province, f.city, f.isp]); break;
    case 'incomming ringing': sapoFire('OnIncommingRing_cb', inbound); break;
    case 'incomming answered': sapoFire('OnIncommingAnswer_cb', inbound); break;
    case 'hangup':
      sapoFire('OnHangup_cb', []);
      sapoFire('OnFree_cb', []);
      break;
    case 'status changed':
      sapoState = f;
      sapoFire('OnStatusChanged_cb', [f.reg, f.call, f.agent, f.busy, f.number || '']);
      break;
    case 'busy status': sapoBusyOrFree(f.busy); break;
    case 'queue status': sapoFire(sapoCallbacks.queueStatusChanged, [f.idle, f.agent, f.guest, f.queue]); break;
  }
}

/** Functions set by name with setCallBack. */
var sapoCallbacks = { queueStatusChanged: 'OnQueueStatusChanged_cb' };
