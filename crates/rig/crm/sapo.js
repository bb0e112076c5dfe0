// The page of a call centre's CRM, written after the vendor's manual 2.17: every function of chapter 4 on a button, every
// event of chapter 5 in the log. Callbacks are global functions, as the manual has them.

/** Adds a line to the log; the newest is the last. */
function note(kind, text) {
  const log = document.getElementById('log');
  const line = document.createElement('li');
  line.className = kind;
  line.textContent = text;
  log.append(line);
  while (log.children.length > 500) log.firstChild.remove();
  log.scrollTop = log.scrollHeight;
}

/** A callback came: its name, and its arguments as they are, types included. */
function came(name, args) {
  note('callback', `${name}(${Array.from(args, (value) => JSON.stringify(value)).join(', ')})`);
}

function show(text) {
  document.getElementById('state').textContent = text;
}

// Chapter 5, in the manual's order.
function OnConnect_cb() { came('OnConnect_cb', arguments); show('已连接'); }
function OnDisconnect_cb() { came('OnDisconnect_cb', arguments); show('未连接'); }
function OnLoginSuccess_cb() { came('OnLoginSuccess_cb', arguments); show('已登录'); }
function OnLoginFail_cb(result) { came('OnLoginFail_cb', arguments); show(`登录失败：${result}`); }
function OnLogoutSuccess_cb() { came('OnLogoutSuccess_cb', arguments); show('未登录'); }
function extensionList_cb(list) {
  came('extensionList_cb', arguments);
  // The manual's note: a JSON array as a string.
  note('result', `extensionList: ${JSON.parse(list).length} records`);
}
function OnIncommingRing_cb(phone, callid, autodial, province, city, isp, data) {
  came('OnIncommingRing_cb', arguments);
  show(`来电振铃 ${phone} ${province} ${city} ${isp} ${data}`);
}
function OnIncommingAnswer_cb(phone, callid, autodial, province, city, isp, data) {
  came('OnIncommingAnswer_cb', arguments);
  show(`来电应答 ${phone} ${province} ${city} ${isp} ${data}`);
}
function OnOutboundRinging_cb(number, callid) { came('OnOutboundRinging_cb', arguments); show(`外呼振铃 ${number}`); }
function OnOutbound_cb(phone, callid, province, city, isp) {
  came('OnOutbound_cb', arguments);
  show(`外呼通话 ${phone} ${province} ${city} ${isp}`);
}
function OnHangup_cb() { came('OnHangup_cb', arguments); show('挂机'); }
function OnBusy_cb(busy) { came('OnBusy_cb', arguments); }
function OnFree_cb() { came('OnFree_cb', arguments); }
function OnStatusChanged_cb(reg, call, agent, busy, number) { came('OnStatusChanged_cb', arguments); }
function OnCallStatus_cb(call, number) { came('OnCallStatus_cb', arguments); }
function OnQueueStatusChanged_cb(idle, agent, guest, queue) { came('OnQueueStatusChanged_cb', arguments); }
// Not in the manual, but called by the vendor's code when a command is refused.
function OnErrorNotice_cb(reason) { came('OnErrorNotice_cb', arguments); }
// For 5.16: set by name with setCallBack.
function myQueueStatus_cb(idle, agent, guest, queue) { came('myQueueStatus_cb', arguments); }

/** Calls a function of the API with what the page's fields say. */
function call(button) {
  const name = button.textContent;
  const args = (button.dataset.args ? button.dataset.args.split(' ') : []).map((id) => document.getElementById(id).value);
  note('call', `sapoOcx.api.${name}(${args.map((value) => JSON.stringify(value)).join(', ')})`);
  try {
    const result = window.sapoOcx.api[name](...args);
    if (result !== undefined) note('result', `${name} = ${JSON.stringify(result)}`);
  } catch (problem) {
    note('failure', `${name}: ${problem}`);
  }
}

document.addEventListener('DOMContentLoaded', () => {
  for (const button of document.querySelectorAll('button[data-args]')) button.addEventListener('click', () => call(button));
  document.getElementById('clear').addEventListener('click', () => document.getElementById('log').replaceChildren());
});
