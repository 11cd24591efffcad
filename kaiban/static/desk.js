/* Pages of staff: a counter is shared, so a page nobody touches locks itself, and what was typed on it comes along. */
(function () {
  'use strict';
  var form = document.querySelector('form[data-lock-after]');
  if (!form || !window.addEventListener) { return; }
  var after = Number(form.getAttribute('data-lock-after')) * 1000, timer;

  function hidden(name, value) {
    var control = document.createElement('input');
    control.type = 'hidden'; control.name = name; control.value = value;
    form.appendChild(control);
  }
  function carry(control) {
    if (!control.name || /^(hidden|file|submit|button|password)$/.test(control.type)) { return; }
    if (/^(radio|checkbox)$/.test(control.type) && !control.checked) { return; }
    hidden('kept.' + control.name, control.value);
  }
  var changed = null;
  function lock() {
    if (changed) { Array.prototype.forEach.call(changed.elements, carry); }
    form.submit();
  }
  function again() { clearTimeout(timer); timer = setTimeout(lock, after); }

  document.addEventListener('input', function (event) {
    var whose = event.target.form;
    if (whose && whose !== form && whose.method === 'post') { changed = whose; }
  });
  ['keydown', 'pointerdown', 'scroll'].forEach(function (name) {
    window.addEventListener(name, again, { passive: true });
  });
  again();
}());

/* Keys for who works with lists all day: / to look for a case, J and K through the rows, N for a new one. Enter opens the
   row as any link. They can be switched off, do nothing while somebody types, and a card reader's burst, which arrives as
   keys in a few milliseconds, is no row of presses: it goes into the field, wherever one was. */
(function () {
  'use strict';
  var finder = document.querySelector('.kb-finder');
  var field = finder && finder.querySelector('input[name=q]');
  if (!field || !window.addEventListener) { return; }
  var BURST = 40, SHORTEST = 8, typed = '', last = 0, waiting;

  function rows() { return Array.prototype.slice.call(document.querySelectorAll('.kb-table tbody a')); }
  function move(by) {
    var links = rows(), at = links.indexOf(document.activeElement);
    var next = links[at < 0 ? (by > 0 ? 0 : links.length - 1) : at + by];
    if (next) { next.focus(); }
  }
  var KEYS = {
    '/': function () { field.focus(); field.select(); },
    j: function () { move(1); },
    k: function () { move(-1); },
    n: function () { var to = finder.getAttribute('data-new'); if (to) { location.href = to; } }
  };
  function isTyping(event) {
    var where = event.target;
    return event.isComposing || event.keyCode === 229 ||
      /^(INPUT|TEXTAREA|SELECT)$/.test(where.tagName) || where.isContentEditable;
  }
  function send(text) { field.value = text; field.form.submit(); }

  document.addEventListener('keydown', function (event) {
    if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) { typed = ''; return; }
    var quick = event.timeStamp - last < BURST;
    last = event.timeStamp;
    if (event.key === 'Enter') {
      if (quick && typed.length >= SHORTEST) { event.preventDefault(); send(typed); }
      typed = '';
      return;
    }
    if (event.key.length !== 1) { return; }
    typed = (quick && !event.repeat ? typed : '') + event.key;
    if (quick && !event.repeat) { clearTimeout(waiting); return; }
    var act = finder.hasAttribute('data-keys') && KEYS[event.key.toLowerCase()];
    if (!act) { return; }
    event.preventDefault();
    if (event.repeat) { act(); return; }
    waiting = setTimeout(act, BURST);
  });
}());
