/* Readers that type: an identity card arrives as keys faster than any hand, ending in Enter. Plain ES5.
   What stands on it goes to the person in focus; Enter sends nothing. Typing by hand is never touched. */
(function () {
  'use strict';
  var doc = document, script = doc.currentScript || doc.querySelector('script[data-words]');
  if (!script || !doc.body.closest) { return; }
  var words = JSON.parse(script.getAttribute('data-words'));
  var FAST = 30, LEAST = 8, NUMBER = /[1-9][0-9]{16}[0-9Xx]/, NAME = /[\u3400-\u9fff\ud840-\udfff\u00b7]{2,}/;
  var keys = '', last = 0, field = null, before = '';

  function control(form, name) { return name ? form.elements[name] || null : null; }
  function first(found) { return found && found.length && !found.tagName ? found[0] : found; }
  /* A person on the page: the names of the controls of their name and number, and what they are called. */
  function persons(form) {
    var found = [], name = form.getAttribute('data-reader-name');
    if (name) { found.push({ at: '', name: name, no: form.getAttribute('data-reader-no'), type: '' }); }
    Array.prototype.forEach.call(form.querySelectorAll('input[name$=".cert.no"]'), function (each) {
      var at = each.name.slice(0, -'.cert.no'.length);
      found.push({ at: at, name: at + '.name', no: each.name, type: at + '.cert.type' });
    });
    return found;
  }
  function of(form, from) {
    var best = null;
    persons(form).forEach(function (person) {
      var theirs = person.at ? from.name.indexOf(person.at + '.') === 0 : from.name === person.name || from.name === person.no;
      if (theirs && (!best || person.at.length > best.at.length)) { best = person; }
    });
    return best;
  }
  function title(form, person) {
    var part = control(form, person.no).closest('fieldset'), inner = control(form, person.name);
    part = inner ? inner.closest('fieldset') || part : part;
    var legend = part && part.querySelector('legend');
    return legend ? legend.textContent.trim() : '';
  }
  function put(target, value) {
    if (!target || !value) { return; }
    if (target.length && !target.tagName) {
      Array.prototype.forEach.call(target, function (each) { if (each.value === value) { each.checked = true; tell(each); } });
      return;
    }
    target.value = value;
    tell(target);
  }
  function tell(target) {
    ['input', 'change'].forEach(function (kind) { target.dispatchEvent(new Event(kind, { bubbles: true })); });
  }
  function fill(form, person, read, line) {
    put(control(form, person.type), 'id_card');
    put(first(control(form, person.name)), read.name);
    put(first(control(form, person.no)), read.no);
    put(first(control(form, person.at + '.residence')), read.address);
    ['year', 'month', 'day'].forEach(function (part, place) {
      put(first(control(form, person.at + '.cert.valid_until.' + part)), read.until && read.until[place + 1]);
    });
    say(line, words.put.replace('%', title(form, person) || read.name || read.no.slice(-4)));
    window.kbNext(first(control(form, person.no))).focus();
  }
  function status(from) {
    var old = doc.querySelector('.kb-reader'), line = doc.createElement('div');
    if (old) { old.parentNode.removeChild(old); }
    line.className = 'kb-reader';
    line.setAttribute('role', 'status');
    var group = from.closest('.govuk-form-group') || from;
    group.parentNode.insertBefore(line, group.nextSibling);
    return line;
  }
  function say(line, text) { line.textContent = text; }
  function offer(form, read, from, line) {
    say(line, words.offer);
    persons(form).filter(function (person) {
      var number = first(control(form, person.no));
      return number && number.offsetParent;
    }).forEach(function (person) {
      line.appendChild(button(title(form, person) || person.no, function () { fill(form, person, read, line); }));
    });
    line.appendChild(button(words.leave, function () { say(line, ''); from.focus(); }));
    line.querySelector('button').focus();
  }
  function button(text, act) {
    var made = doc.createElement('button');
    made.type = 'button';
    made.className = 'govuk-button govuk-button--secondary';
    made.textContent = text;
    made.addEventListener('click', act);
    return made;
  }
  /* What stands on the card, in whatever order: number, last day, and of the words the name first, then the address. */
  function parsed(text) {
    var number = NUMBER.exec(text), until = /[12][0-9]{7}-([12][0-9]{3})([01][0-9])([0-3][0-9])/.exec(text);
    var words = text.split(/[\s,;|]+/).filter(function (each) { return NAME.test(each); });
    var address = words.filter(function (each) { return each.length > 6; })[0] || '';
    var name = words.filter(function (each) { return each !== address; })[0] || '';
    return number && { no: number[0].toUpperCase(), name: name, address: address, until: until };
  }
  function read(form) {
    var text = keys, from = field, found = parsed(text);
    /* What the reader typed is taken out again: it goes where it belongs. */
    if (!found) { window.kbNext(from).focus(); return; }
    /* Where somebody is looked for, it is by their number. */
    var looks = form.getAttribute('role') === 'search';
    from.value = looks ? found.no : before;
    tell(from);
    if (looks) { return; }
    var line = status(from), person = of(form, from);
    if (person) { fill(form, person, found, line); } else { offer(form, found, from, line); }
  }
  function isField(target) {
    return target.form && /^(INPUT|TEXTAREA)$/.test(target.tagName) && !/^(hidden|file|radio|checkbox|submit|button)$/.test(target.type);
  }
  doc.addEventListener('keydown', function (event) {
    var now = event.timeStamp || Date.now(), fast = now - last < FAST;
    last = now;
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) { keys = ''; return; }
    /* Some readers put a Tab between name and number: they go on in the same field. */
    if (event.key === 'Tab' && fast && field && NAME.test(keys) && !NUMBER.test(keys)) {
      event.preventDefault();
      keys += ' ';
      return;
    }
    if (event.key === 'Enter' && fast && field && keys.length >= LEAST) {
      event.preventDefault();
      event.stopPropagation();
      var form = field.form;
      read(form);
      keys = ''; field = null;
      return;
    }
    if (event.key.length !== 1 || !isField(event.target)) { if (event.key !== 'Shift') { keys = ''; field = null; } return; }
    if (!fast || field !== event.target) { keys = ''; field = event.target; before = field.value; }
    keys += event.key;
  }, true);
}());
