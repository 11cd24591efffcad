/* A page on which staff type for somebody: the first empty control has the focus, F2 leads to the next that must be answered,
   and a person who stands on the page already is taken over as soon as they are chosen. Plain ES5; without it Tab and the
   button beside the choice do the same. */
(function () {
  'use strict';
  var doc = document, form = doc.querySelector('form[data-autosave],form[data-glance],form[data-reader-name]');
  var way = doc.querySelector('[data-first]');
  if (way && !doc.querySelector('[data-errors]')) {
    (/^(A|BUTTON)$/.test(way.tagName) ? way : way.querySelector('input:not([type=hidden])')).focus();
    return;
  }
  if (!form || !form.closest) { return; }
  var told = doc.querySelector('[data-keys][hidden]');
  if (told) { told.hidden = false; }
  /* What is known of a person wherever they stand (kaiban.web.form.answers.PERSON). */
  var TAKEN = ['name', 'cert.type', 'cert.no', 'cert.valid_until.year', 'cert.valid_until.month', 'cert.valid_until.day',
    'birth_date.year', 'birth_date.month', 'birth_date.day', 'sex', 'mobile', 'email', 'residence'];

  function shown(each) { return each.type !== 'hidden' && each.tabIndex >= 0 && each.offsetParent; }
  function empty(each) {
    var same = '[name="' + each.name + '"]';
    if (!/^(radio|checkbox)$/.test(each.type)) { return !each.value; }
    /* A box on its own may stay open; of several, one is ticked as a rule. */
    if (each.type === 'checkbox' && form.querySelectorAll(same).length < 2) { return false; }
    return !form.querySelector(same + ':checked');
  }
  function tell(target) {
    ['input', 'change'].forEach(function (kind) { target.dispatchEvent(new Event(kind, { bubbles: true })); });
  }
  function control(name) {
    var found = form.elements[name];
    return found && found.tagName ? found : null;
  }
  function value(name) {
    var found = control(name);
    return found && (found.type === 'checkbox' ? found.checked : found.value);
  }
  /* Whether it must still be answered. A choice of a person is offered while nobody is named there, what may be left out as a whole while it is;
     a day is answered too by what stands beside it, and a document's kind by its number. */
  function open(each) {
    var name = each.name, group = each.closest('.govuk-form-group'), day = name.replace(/[.](year|month|day)$/, '');
    if (/:same$/.test(name)) { return !each.value && each.options.length > 1 && !value(name.replace(/:same$/, 'name')); }
    if (each.tagName === 'BUTTON') { return each.value === 'save' || value(each.value.slice(4) + ':rows') === '0'; }
    if (/:present$/.test(name)) { return !each.checked; }
    if (/[.]cert[.]type$/.test(name)) { return !each.value && Boolean(value(name.replace(/type$/, 'no'))); }
    if (name.indexOf(':') >= 0 || (group && group.querySelector('.kb-optional'))) { return false; }
    if (each.closest('.kb-consent')) { return !each.checked; }
    return empty(each) && !(day !== name && (value(day + ':for-good') || value(day + ':years')));
  }
  /* The next control after that one which must be answered, or the button that saves; card_reader.js goes on there, too. */
  function next(from) {
    var all = Array.prototype.filter.call(form.querySelectorAll('input,select,textarea,button[value=save],button[value^="add:"]'), shown);
    for (var i = all.indexOf(from) + 1; i < all.length; i++) {
      if (open(all[i]) && (all[i].tagName === 'BUTTON' || all[i].name !== from.name)) { return all[i]; }
    }
    return from;
  }
  function onward(from) { next(from).focus(); }
  window.kbNext = next;
  /* One more of what the focus is in, or of what the page is about. */
  function another(from) {
    var list = from.closest('fieldset'), more = null;
    while (list && !more) {
      more = list.querySelector('button[value^="add:"]');
      list = list.parentNode.closest('fieldset');
    }
    more = more || doc.querySelector('[data-another]');
    if (more) { more.click(); }
  }
  var KEYS = { F2: onward, F9: another };
  doc.addEventListener('keydown', function (event) {
    if (!KEYS[event.key] || event.ctrlKey || event.altKey || event.shiftKey || event.metaKey) { return; }
    event.preventDefault();
    KEYS[event.key](doc.activeElement);
  });
  function known(at) {
    var name = control(at + '.name'), no = control(at + '.cert.no');
    /* What is shown masked is known to the server alone: there the button is needed. */
    return name && no && name.value && no.value && no.value.indexOf('*') < 0;
  }
  form.addEventListener('change', function (event) {
    var end = ':same', name = event.target.name || '';
    if (name.slice(-end.length) !== end || !event.target.value) { return; }
    var there = name.slice(0, -end.length - 1), from = event.target.value.slice(1).replace(/\//g, '.');
    if (!known(from)) { return; }
    TAKEN.forEach(function (key) {
      var source = control(from + '.' + key), target = control(there + '.' + key);
      if (source && target && source.value.indexOf('*') < 0) { target.value = source.value; tell(target); }
    });
  });
  /* The number of an identity card says what kind of document it is. */
  var ID = /^[1-9][0-9]{5}(19|20)[0-9]{2}(0[1-9]|1[0-2])([0-2][0-9]|3[01])[0-9]{3}[0-9Xx]$/;
  form.addEventListener('change', function (event) {
    var name = event.target.name || '', kind = control(name.replace(/no$/, 'type'));
    if (!/[.]cert[.]no$/.test(name) || !kind || kind.value || !ID.test(event.target.value.trim())) { return; }
    kind.value = 'id_card';
    tell(kind);
  });
  form.addEventListener('keydown', function (event) {
    if (event.key !== 'Enter' || !/:same$/.test(event.target.name || '') || !event.target.value) { return; }
    event.preventDefault();
    onward(event.target);
  });

  /* One more row comes without the page: what was typed stays as it is, and the server knows of it all the same. */
  var asking = false, elsewhere = false;
  /* Whoever goes on somewhere else meanwhile is not led away from there. */
  ['input', 'focusin'].forEach(function (kind) { form.addEventListener(kind, function () { elsewhere = true; }); });
  form.addEventListener('click', function (event) {
    var button = event.target.closest('button[name=do][value^="add:"]'), path = button && button.value.slice(4);
    if (!path || !window.fetch || !window.DOMParser || button.kbWhole) { return; }
    event.preventDefault();
    if (asking) { return; }
    asking = true;
    elsewhere = false;
    button.setAttribute('aria-busy', 'true');
    (form.kbTurn || function (act) { act(); })(function () { return ask(button, path); });
  });
  function ask(button, path) {
    var body = new URLSearchParams(new FormData(form));
    body.append('do', button.value);
    return fetch(form.getAttribute('action'), { method: 'POST', body: body, credentials: 'same-origin' }).then(function (answer) {
      if (!answer.ok) { throw new Error(answer.status); }
      return answer.text();
    }).then(function (text) { take(new DOMParser().parseFromString(text, 'text/html'), path); })
      /* Whatever is in the way is told by a page of its own. */
      .catch(function () { button.kbWhole = true; button.click(); })
      .then(function () { asking = false; button.removeAttribute('aria-busy'); });
  }
  function take(page, path) {
    var counted = ':rows', there = page.querySelector('input[name="' + path + counted + '"]'), here = control(path + counted);
    var size = Number(here.value), rows = there && there.closest('fieldset').querySelectorAll('.kb-card');
    var version = page.querySelector('main input[name=version]');
    if (!rows || Number(there.value) !== size + 1 || rows.length < size + 1 || !version) { throw new Error('not a row more'); }
    var row = doc.importNode(rows[rows.length - 1], true), last = here.closest('fieldset').querySelectorAll('.kb-card');
    if (last.length) { last[last.length - 1].insertAdjacentElement('afterend', row); } else { here.insertAdjacentElement('afterend', row); }
    here.value = there.value;
    control('version').value = version.value;
    Array.prototype.forEach.call(form.querySelectorAll('select[name$=":same"]'), function (select) {
      var fresh = page.querySelector('select[name="' + select.name + '"]'), chosen = select.value;
      if (fresh) { select.innerHTML = fresh.innerHTML; select.value = chosen; }
    });
    row.dispatchEvent(new Event('kb-added', { bubbles: true }));
    var first = Array.prototype.filter.call(row.querySelectorAll('input,select,textarea'), shown)[0];
    if (first && !elsewhere) { first.focus(); }
  }

  if (doc.querySelector('[data-errors]') || window.location.hash) { return; }
  var first = Array.prototype.filter.call(form.querySelectorAll('input,select,textarea'), function (each) {
    return shown(each) && empty(each) && !/:same$/.test(each.name);
  })[0];
  if (first) { first.focus({ preventScroll: first.getBoundingClientRect().top < window.innerHeight }); }
}());
