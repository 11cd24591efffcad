/* Large keys for numbers on a machine of the hall, which may have no keyboard. A real one goes on working. */
(function () {
  'use strict';
  var doc = document, root = doc.documentElement, me = doc.currentScript;
  if (!me || !root.closest || !HTMLInputElement.prototype.setRangeText) { return; }
  var words = JSON.parse(me.getAttribute('data-words') || '{}');
  var DIGITS = '123456789', CODE = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
  /* What stands beside the digits, by the kind of number; a resume code has letters, and no 0 and 1. */
  var BESIDE = { numeric: '', tel: '-', decimal: '.', id: 'X' };
  var KINDS = 'input[inputmode=numeric],input[inputmode=tel],input[inputmode=decimal],input[data-pad]';
  var pad = doc.createElement('div'), told = doc.createElement('p'), control = null, dirty = false;
  pad.className = 'kb-pad';
  pad.setAttribute('role', 'toolbar');
  pad.hidden = true;
  told.className = 'govuk-visually-hidden';
  told.setAttribute('role', 'status');

  /* Our pad stands in for the one the system would show. */
  var found = Array.prototype.filter.call(doc.querySelectorAll(KINDS), function (input) { return !input.readOnly; });
  if (!found.length) { return; }
  found.forEach(function (input) {
    if (!input.hasAttribute('data-pad')) { input.setAttribute('data-pad', input.getAttribute('inputmode')); }
    input.setAttribute('inputmode', 'none');
  });
  root.classList.add('kb-with-pad');
  doc.body.appendChild(told);

  function key(text, name, act) {
    var button = doc.createElement('button');
    button.type = 'button';
    button.textContent = text;
    button.tabIndex = -1;
    if (name) { button.className = 'kb-pad__' + name; }
    button.addEventListener('click', act);
    pad.appendChild(button);
  }
  function keys(kind) {
    pad.textContent = '';
    pad.setAttribute('aria-label', kind === 'code' ? words.codes : words.pad);
    pad.setAttribute('data-kind', kind);
    (kind === 'code' ? CODE : DIGITS + BESIDE[kind] + '0').split('').forEach(function (each) {
      key(each, each === '0' && !BESIDE[kind] ? 'wide' : '', function () { put(each); });
    });
    key(words.erase, 'erase', erase);
    key(words.other, 'other', other);
    key(words.next, 'next', next);
    pad.firstChild.tabIndex = 0;
  }

  function changed() {
    dirty = true;
    control.dispatchEvent(new Event('input', { bubbles: true }));
    told.textContent = words.typed.replace('%', control.value.length);
  }
  function put(text) {
    control.setRangeText(text, control.selectionStart, control.selectionEnd, 'end');
    changed();
  }
  function erase() {
    var from = control.selectionStart, to = control.selectionEnd;
    control.setRangeText('', from === to ? Math.max(from - 1, 0) : from, to, 'end');
    changed();
  }
  /* A passport has letters: the system's own keyboard takes over for this control. */
  function other() {
    var input = control;
    input.removeAttribute('data-pad');
    input.setAttribute('inputmode', 'text');
    close();
    input.blur();
    input.focus();
  }
  function next() {
    var all = Array.prototype.filter.call((control.form || doc).querySelectorAll('input,select,textarea,button'), function (each) {
      return each === control || (!each.disabled && each.tabIndex >= 0 && !pad.contains(each) && each.getClientRects().length);
    });
    var after = all[all.indexOf(control) + 1];
    if (after) { after.focus(); } else { close(); }
  }

  function open(input) {
    if (control === input && !pad.hidden) { return; }
    close();
    control = input;
    keys(BESIDE.hasOwnProperty(input.getAttribute('data-pad')) ? input.getAttribute('data-pad') : 'code');
    /* Right behind its control, so that Tab leads there; it is drawn at the foot of the screen. */
    input.parentNode.insertBefore(pad, input.nextSibling);
    pad.hidden = false;
    var under = input.getBoundingClientRect().bottom + 24 - pad.getBoundingClientRect().top;
    if (under > 0) { window.scrollBy(0, under); }
  }
  function close() {
    var left = control;
    pad.hidden = true;
    control = null;
    told.textContent = '';
    if (left && dirty) { left.dispatchEvent(new Event('change', { bubbles: true })); }
    dirty = false;
  }

  doc.addEventListener('focusin', function (event) {
    if (pad.contains(event.target)) { return; }
    if (found.indexOf(event.target) >= 0 && event.target.hasAttribute('data-pad')) { open(event.target); } else { close(); }
  });
  doc.addEventListener('focusout', function (event) {
    if (control && !event.relatedTarget && !pad.contains(event.target)) { setTimeout(function () { if (doc.activeElement === doc.body) { close(); } }, 0); }
  });
  /* A finger on a key leaves the focus, and where it stands in the number, where they are. */
  pad.addEventListener('mousedown', function (event) { event.preventDefault(); });
  pad.addEventListener('keydown', function (event) {
    var all = Array.prototype.slice.call(pad.children), at = all.indexOf(doc.activeElement), to = null;
    if (event.key === 'Escape') { event.preventDefault(); control.focus(); pad.hidden = true; return; }
    if (event.key === 'ArrowRight') { to = all[at + 1]; }
    else if (event.key === 'ArrowLeft') { to = all[at - 1]; }
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') { to = beneath(all, at, event.key === 'ArrowDown' ? 1 : -1); }
    else { return; }
    event.preventDefault();
    if (!to) { return; }
    all.forEach(function (each) { each.tabIndex = -1; });
    to.tabIndex = 0;
    to.focus();
  });
  /* The key in the next row over this one. */
  function beneath(all, at, way) {
    var here = all[at].getBoundingClientRect(), middle = here.left + here.width / 2;
    var rest = way > 0 ? all.slice(at + 1) : all.slice(0, at).reverse();
    return rest.filter(function (each) {
      var box = each.getBoundingClientRect();
      return Math.abs(box.top - here.top) > 1 && box.left <= middle && box.right >= middle;
    })[0];
  }
  if (found.indexOf(doc.activeElement) >= 0) { open(doc.activeElement); }
}());
