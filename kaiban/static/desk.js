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
