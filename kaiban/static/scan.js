/* A bar-code reader is a keyboard that types fast and ends with Enter. What it says goes into the field for it (data-scan),
   wherever the cursor stands, and sends nothing. Without scripts Enter only shows the page again. */
(function () {
  'use strict';
  var FASTEST_HAND = 40, SHORTEST = 6;
  var at = 0, typed = '', before = '', where = null;
  var field = document.querySelector('input[data-scan]');
  if (!field || !document.addEventListener) { return; }

  var usual = field.form.querySelector('button[aria-hidden][name="do"]');
  if (usual) { usual.value = 'save'; }

  function move() {
    if (where !== field) { where.value = before; }
    field.value = typed;
    field.focus();
  }
  document.addEventListener('keydown', function (event) {
    var target = event.target, now = event.timeStamp, slow = now - at > FASTEST_HAND;
    if (!/^(INPUT|TEXTAREA)$/.test(target.tagName) || /^(file|checkbox|radio)$/.test(target.type)) { return; }
    at = now;
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) { return; }
    if (event.key === 'Enter' && !slow && typed.length >= SHORTEST && target.form === field.form) {
      event.preventDefault();
      move();
      typed = '';
    } else if (event.key.length === 1) {
      if (slow || target !== where) { typed = ''; before = target.value; where = target; }
      typed += event.key;
    } else if (event.key !== 'Shift') {
      typed = '';
    }
  });
}());
