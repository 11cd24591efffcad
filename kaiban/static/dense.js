/* A page on which staff type for somebody: the first empty control has the focus, and a person who stands on the page
   already is taken over as soon as they are chosen. Plain ES5; without it the button beside the choice does the same. */
(function () {
  'use strict';
  var doc = document, form = doc.querySelector('form[data-autosave],form[data-glance],form[data-reader-name]');
  var way = doc.querySelector('[data-first]');
  if (way && !doc.querySelector('[data-errors]')) {
    (/^(A|BUTTON)$/.test(way.tagName) ? way : way.querySelector('input:not([type=hidden])')).focus();
    return;
  }
  if (!form || !form.closest) { return; }
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
  /* The next control after that one which is shown and still empty; card_reader.js goes on there, too. */
  function onward(from) {
    var all = Array.prototype.filter.call(form.querySelectorAll('input,select,textarea'), shown);
    for (var i = all.indexOf(from) + 1; i < all.length; i++) {
      if (empty(all[i]) && !/:same$/.test(all[i].name)) { all[i].focus(); return; }
    }
    from.focus();
  }
  window.kbOnward = onward;
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
  form.addEventListener('keydown', function (event) {
    if (event.key !== 'Enter' || !/:same$/.test(event.target.name || '') || !event.target.value) { return; }
    event.preventDefault();
    onward(event.target);
  });

  /* One more row comes without the page: what was typed stays as it is, and the server knows of it all the same. */
  var asking = false;
  form.addEventListener('click', function (event) {
    var button = event.target.closest('button[name=do][value^="add:"]'), path = button && button.value.slice(4);
    if (!path || !window.fetch || !window.DOMParser || button.kbWhole) { return; }
    event.preventDefault();
    if (asking) { return; }
    asking = true;
    var body = new URLSearchParams(new FormData(form));
    body.append('do', button.value);
    fetch(form.getAttribute('action'), { method: 'POST', body: body, credentials: 'same-origin' }).then(function (answer) {
      if (!answer.ok) { throw new Error(answer.status); }
      return answer.text();
    }).then(function (text) { take(new DOMParser().parseFromString(text, 'text/html'), path); })
      /* Whatever is in the way is told by a page of its own. */
      .catch(function () { button.kbWhole = true; button.click(); })
      .then(function () { asking = false; });
  });
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
    if (first) { first.focus(); }
  }

  if (doc.querySelector('[data-errors]') || window.location.hash) { return; }
  var first = Array.prototype.filter.call(form.querySelectorAll('input,select,textarea'), function (each) {
    return shown(each) && empty(each) && !/:same$/.test(each.name);
  })[0];
  if (first) { first.focus({ preventScroll: first.getBoundingClientRect().top < window.innerHeight }); }
}());
