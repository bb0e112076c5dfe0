// Stands in for the vendor's `sapoOCX.js` in tests: the functions of the manual's chapter 4, over `websocket.js`. Written for
// this bench; the mistakes of version 2.17.0505 are kept and marked.
(function () {
  var me = {};

  /** A command with its fields, in order; what is absent is empty. */
  function command(name, fields) {
    var text = 'command:' + name + '\n';
    (fields || []).forEach(function (field) {
      text += field[0] + ':' + (field[1] === undefined || field[1] === null ? '' : field[1]) + '\n';
    });
    sapoSocket.send(text + '\n');
  }

  function last(key) {
    return sapoState[key] === undefined ? null : sapoState[key];
  }

  function mine(key) {
    return me[key] === undefined ? null : me[key];
  }

  var api = {
    setDebugMode: function () { sapoSocket.debug = true; },
    connect: function (server, port) { sapoSocket.connect(server, port); },
    login: function (agent, extension, queue, staffid, skill, busyString, sectorId, sectorName, autoAcw, hearbeatInterval) {
      me = { agent: agent, extension: extension, staffid: staffid, skill: skill };
      sapoBusy = busyString || '';
      sapoSocket.interval = Number(hearbeatInterval) || 0;
      var acw = /^[0-3]$/.test(String(autoAcw)) ? autoAcw : 0;
      command('login', [['agent', agent], ['extension', extension], ['queue', queue], ['staffid', staffid],
        ['busyString', busyString || ''], ['skill', skill], ['secid', sectorId], ['secname', sectorName], ['autoacw', acw]]);
    },
    loginOut: function () { command('logout'); },
    busy: function (busy) { command('busy', [['busyString', busy]]); },
    free: function () { command('idle'); },
    dial: function (phone, cusid, cusname, proid, praname) {
      // A mistake of that version: the project's id in the place of the customer's.
      command('dial', [['dialString', phone], ['cusid', proid], ['cusname', cusname], ['proid', proid], ['proname', praname]]);
    },
    hold: function () { command('hold'); },
    unhold: function () { command('unhold'); },
    hangup: function () { command('hangup'); },
    threeWay: function (extension) { command('threeWay', [['dialString', extension]]); },
    transfer: function (phone) { command('transfer', [['dialString', phone]]); },
    transferQueue: function (queue) { command('transferQueue', [['queue', queue]]); },
    transferIvr: function (ivr) { command('transferIvr', [['ivr', ivr]]); },
    pickUp: function () { command('pickup'); },
    groupPickUp: function (group) { command('groupPickup', [['group', group]]); },
    // A mistake of that version: no colon.
    extenPickUp: function (exten) { sapoSocket.send('command:pickupExtension\nextension' + exten + '\n\n'); },
    spy: function (extension) { command('spy', [['extension', extension]]); },
    groupSpy: function (group) { command('groupSpy', [['group', group]]); },
    // Mistakes of that version: no line break before the field.
    insertExtension: function (extension) { sapoSocket.send('command:insertextension:' + extension + '\n\n'); },
    cutExtension: function (extension) { sapoSocket.send('command:hangupExtensionextension:' + extension + '\n\n'); },
    getExtenList: function (type, secid, group) {
      command('getExtensionList', [['type', type || 'all'], ['secid', secid], ['queue', group]]);
    },
    getVersion: function () { return '2.17.0505'; },
    getExtension: function () { return mine('extension'); },
    getAgentStaffid: function () { return mine('staffid'); },
    getAgentName: function () { return mine('agent'); },
    getSkill: function () { return mine('skill'); },
    getNumber: function () { return last('number'); },
    getBusyState: function () { return last('busy'); },
    getAgentState: function () { return last('agent'); },
    getCallState: function () { return last('call'); },
    getRegState: function () { return last('reg'); },
    setCallBack: function (event, name) { sapoCallbacks[event] = String(name).trim(); }
  };

  window.sapoOcx = { api: api };
  window.SAPO = { api: api };
})();
