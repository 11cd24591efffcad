/* What scripts add to pages that work without them. Plain ES5 and fetch: the browsers of old phones and hall PCs. */
(function () {
  'use strict';
  var doc = document, root = doc.documentElement;
  if (!window.fetch || !window.URLSearchParams || !root.closest) { return; }
  root.classList.add('js');

  function each(selector, act, within) {
    Array.prototype.forEach.call((within || doc).querySelectorAll(selector), act);
  }
  function pad(n) { return (n < 10 ? '0' : '') + n; }
  /* Typing has come to rest. */
  function later(act, ms) {
    var timer;
    return function () { clearTimeout(timer); timer = setTimeout(act, ms); };
  }
  /* What a browser would send of these controls; files are never sent in the background. */
  function entries(controls) {
    var found = new URLSearchParams();
    Array.prototype.forEach.call(controls, function (c) {
      if (!c.name || c.disabled || /^(file|submit|button)$/.test(c.type)) { return; }
      if (/^(radio|checkbox)$/.test(c.type) && !c.checked) { return; }
      found.append(c.name, c.value);
    });
    return found;
  }
  function named(within, name) {
    return Array.prototype.filter.call(within.querySelectorAll('input,select,textarea'), function (c) {
      return c.name === name;
    });
  }
  function status() {
    var line = doc.createElement('p');
    line.className = 'kb-check';
    line.setAttribute('role', 'status');
    return line;
  }
  function post(url, body, version) {
    var headers = { 'X-Requested-With': 'fetch' };
    if (version) { headers['X-Version'] = version; }
    return fetch(url, { method: 'POST', body: body, headers: headers, credentials: 'same-origin', redirect: 'error' });
  }

  /* Mistakes: focus on the list, and from there on the control. */
  each('[data-errors]', function (box) {
    box.focus();
    box.addEventListener('click', function (event) {
      var link = event.target.closest('a[href^="#"]');
      var control = link && doc.getElementById(link.getAttribute('href').slice(1));
      if (!control) { return; }
      event.preventDefault();
      (control.closest('.govuk-form-group') || control).scrollIntoView();
      control.focus({ preventScroll: true });
    });
  });

  /* Questions that only some have to answer: data-when="name=a|b" or "name!=a". */
  function when(part) {
    var rule = /^(.*?)(!?)=(.*)$/.exec(part.getAttribute('data-when'));
    var form = part.closest('form') || doc;
    /* What is decided on another page has been decided. */
    if (!named(form, rule[1]).length) { return; }
    function update() {
      var values = rule[3].split('|');
      var chosen = entries(named(form, rule[1])).getAll(rule[1]);
      var hit = chosen.some(function (value) { return values.indexOf(value) >= 0; });
      part.hidden = hit === (rule[2] === '!');
    }
    form.addEventListener('change', update);
    update();
  }

  /* Saved by itself when typing rests. */
  each('form[data-autosave]', function (form) {
    var line = form.querySelector('[data-saved]') || doc.querySelector('[data-saved]');
    var writing = 0, turns = Promise.resolve(), queued = false, stopped = false, button = null;
    if (!line) { return; }
    function show(text, bad) {
      line.textContent = text;
      line[bad ? 'setAttribute' : 'removeAttribute']('data-bad', '');
    }
    function took(answer) {
      var now = new Date(), version = named(form, 'version')[0];
      if (answer.status === 409) { stopped = true; return answer.text().then(function (text) { show(text, true); }); }
      if (!answer.ok) { throw new Error(answer.status); }
      if (version && answer.headers.get('X-Version')) { version.value = answer.headers.get('X-Version'); }
      show(pad(now.getHours()) + ':' + pad(now.getMinutes()) + ' ' + line.getAttribute('data-saved'));
    }
    function failed() { show(line.getAttribute('data-unsaved'), true); setTimeout(rest, 15000); }
    /* Whatever of the page changes what is kept takes its turn: it carries the version that the one before it has made. */
    form.kbTurn = function (act) {
      writing += 1;
      turns = turns.then(act).catch(function () {}).then(function () {
        writing -= 1;
        if (button && !writing) { button.click(); }
      });
    };
    function keep() {
      var version = named(form, 'version')[0];
      queued = false;
      if (stopped || button) { return; }
      return post(form.getAttribute('data-autosave'), entries(form.querySelectorAll('input,select,textarea')), version && version.value)
        .then(took).catch(failed);
    }
    function save() {
      if (stopped || queued) { return; }
      queued = true;
      form.kbTurn(keep);
    }
    var rest = later(save, 1500);
    form.addEventListener('input', rest);
    form.addEventListener('change', rest);
    /* While something is being kept the version is about to change: the page is sent right afterwards. */
    form.addEventListener('submit', function (event) {
      if (writing) {
        button = button || event.submitter || form.querySelector('[type=submit]');
        event.preventDefault();
        event.stopImmediatePropagation();
      }
      stopped = !event.defaultPrevented;
    }, true);
    window.addEventListener('pageshow', function () { stopped = false; button = null; });
  });

  /* Sent once; a page brought back by "back" may be sent again. */
  each('form[data-once]', function (form) {
    var sent = 0;
    form.addEventListener('submit', function (event) {
      if (event.defaultPrevented) { return; }
      if (Date.now() - sent < 10000) { event.preventDefault(); }
      else { sent = Date.now(); }
    });
    window.addEventListener('pageshow', function () { sent = 0; });
  });

  /* Parts that keep themselves up to date, every 12 seconds or data-every. */
  each('[data-poll]', function (part) {
    var tag = '', shown = part.innerHTML, usual = Number(part.getAttribute('data-every') || 12) * 1000, wait = usual;
    function look() {
      if (doc.hidden) { return plan(); }
      fetch(part.getAttribute('data-poll'), { headers: tag ? { 'If-None-Match': tag } : {}, credentials: 'same-origin', cache: 'no-store' })
        .then(function (answer) {
          if (answer.status === 304) { return shown; }
          if (!answer.ok) { throw new Error(answer.status); }
          tag = answer.headers.get('ETag') || '';
          return answer.text();
        }).then(function (text) {
          wait = usual;
          /* Nobody's reading or pressing is taken away under their hands. */
          if (text !== shown && !part.contains(doc.activeElement)) { shown = text; part.innerHTML = text; }
        }).catch(function () { wait = Math.max(usual, Math.min(wait * 2, 120000)); }).then(plan);
    }
    function plan() { setTimeout(look, wait * (0.9 + Math.random() / 5)); }
    plan();
  });

  /* A sentence about what was typed; it never stands in the way. */
  each('[data-check]', function (part) {
    var line = status(), form = part.closest('form') || doc, asked = 0;
    var inner = part.matches('input,select,textarea') ? [part] : part.querySelectorAll('input,select,textarea');
    if (inner[0] === part) { part.parentNode.insertBefore(line, part.nextSibling); } else { part.appendChild(line); }
    part.addEventListener('input', later(function () {
      var body = entries(inner), csrf = named(form, 'csrf_token')[0], turn = ++asked;
      if (csrf) { body.append(csrf.name, csrf.value); }
      post(part.getAttribute('data-check'), body).then(function (answer) { return answer.ok ? answer.text() : ''; })
        .then(function (text) { if (turn === asked) { line.textContent = text; } }).catch(function () { line.textContent = ''; });
    }, 600));
  });

  /* What was left is looked at: a calm line under what is wrong, and what follows from the rest. */
  each('form[data-glance]', function (form) {
    var asked = 0;
    function show(found) {
      each('[data-left]', function (group) {
        var text = '', line = group.lastElementChild;
        line.textContent = '';
        each('[id]', function (part) { text = text || found.wrong[part.id] || found.derived[part.id] || ''; }, group);
        /* What stands there since the page came is not said twice; the rest, one sentence a line (.kb-check). */
        line.textContent = text.split('\n').filter(function (each) { return group.textContent.indexOf(each) < 0; }).join('\n');
      }, form);
      each('.kb-derived>:last-child', function (place) {
        var text = found.derived[place.parentNode.id];
        if (!text || text === place.textContent) { return; }
        place.textContent = text;
        place.lang = /[\u3400-\u9fff]/.test(text) ? 'zh-CN' : root.lang;
      }, form);
    }
    var look = later(function () {
      var turn = ++asked;
      post(form.getAttribute('data-glance'), entries(form.querySelectorAll('input,select,textarea')))
        .then(function (answer) { return answer.json(); })
        .then(function (found) { if (turn === asked) { show(found); } }).catch(function () {});
    }, 300);
    form.addEventListener('change', function (event) {
      var group = event.target.closest('.govuk-form-group:not([data-left])');
      if (group) {
        group.setAttribute('data-left', '');
        group.appendChild(status());
      }
      look();
    });
  });

  /* Search as you type; what was typed always remains a valid answer. */
  function suggest(input, number) {
    var box = doc.createElement('div'), list = doc.createElement('ul'), told = doc.createElement('p');
    var found = [], at = -1, asked = 0, quiet = false;
    box.className = 'kb-suggest';
    told.className = 'govuk-visually-hidden';
    told.setAttribute('role', 'status');
    list.id = (input.id || 'suggest-' + number) + '-list';
    list.setAttribute('role', 'listbox');
    list.setAttribute('aria-label', (input.labels && input.labels[0] || input).textContent);
    list.hidden = true;
    input.parentNode.insertBefore(box, input);
    box.appendChild(input); box.appendChild(list); box.appendChild(told);
    input.setAttribute('role', 'combobox');
    input.setAttribute('aria-autocomplete', 'list');
    input.setAttribute('aria-controls', list.id);
    input.setAttribute('aria-expanded', 'false');
    input.setAttribute('autocomplete', 'off');
    function open(yes) {
      list.hidden = !yes; at = -1;
      input.setAttribute('aria-expanded', String(yes));
      input.removeAttribute('aria-activedescendant');
    }
    function mark(next) {
      if (list.children[at]) { list.children[at].setAttribute('aria-selected', 'false'); }
      at = (next + found.length) % found.length;
      list.children[at].setAttribute('aria-selected', 'true');
      list.children[at].scrollIntoView({ block: 'nearest' });
      input.setAttribute('aria-activedescendant', list.children[at].id);
    }
    function take(index) {
      input.value = found[index].value;
      open(false);
      quiet = true;
      ['input', 'change'].forEach(function (name) { input.dispatchEvent(new Event(name, { bubbles: true })); });
      quiet = false;
    }
    function show(items) {
      found = items; list.textContent = '';
      items.forEach(function (item, i) {
        var option = doc.createElement('li'), hint = doc.createElement('span');
        option.id = list.id + '-' + i;
        option.setAttribute('role', 'option');
        option.setAttribute('aria-selected', 'false');
        option.textContent = item.text || item.value;
        hint.textContent = item.hint || '';
        if (item.hint) { option.appendChild(hint); }
        list.appendChild(option);
      });
      open(items.length > 0);
      told.textContent = input.getAttribute(items.length ? 'data-found' : 'data-none').replace('%', items.length);
    }
    var ask = later(function () {
      var url = input.getAttribute('data-suggest'), turn = ++asked;
      if (!input.value.trim()) { show([]); return; }
      fetch(url + (url.indexOf('?') < 0 ? '?' : '&') + 'q=' + encodeURIComponent(input.value), { credentials: 'same-origin' })
        .then(function (answer) { return answer.ok ? answer.json() : []; })
        .then(function (items) { if (turn === asked && doc.activeElement === input) { show(items); } }).catch(function () { open(false); });
    }, 200);
    input.addEventListener('input', function (event) { if (!quiet && !event.isComposing) { ask(); } });
    input.addEventListener('compositionend', ask);
    input.addEventListener('blur', function () { asked++; open(false); });
    input.addEventListener('keydown', function (event) {
      if (event.isComposing || list.hidden) { return; }
      var step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) { mark(at < 0 && step < 0 ? found.length - 1 : at + step); }
      else if (event.key === 'Enter' && at >= 0) { take(at); }
      else if (event.key === 'Escape') { open(false); }
      else { return; }
      event.preventDefault();
    });
    list.addEventListener('mousedown', function (event) { event.preventDefault(); });
    list.addEventListener('click', function (event) {
      var option = event.target.closest('li');
      if (option) { take(Array.prototype.indexOf.call(list.children, option)); }
    });
  }

  /* What came with the page, and what another script adds to it later and says so. */
  function dress(within) {
    each('[data-when]', when, within);
    each('input[data-suggest]', suggest, within);
  }
  dress(doc);
  doc.addEventListener('kb-added', function (event) { dress(event.target); });

  each('[data-print]', function (button) { button.addEventListener('click', function () { window.print(); }); });

  /* A shared machine forgets who was here. */
  each('.kb-idle', function (form) {
    var limit = Number(root.getAttribute('data-kiosk')) || 60, warned = Math.min(15, limit / 2), last = Date.now(), before;
    var left = form.querySelector('[data-countdown]');
    function touch() { if (form.hidden) { last = Date.now(); } }
    function stay() { form.hidden = true; last = Date.now(); if (before) { before.focus(); } }
    ['keydown', 'pointerdown', 'touchstart', 'input', 'scroll'].forEach(function (name) { doc.addEventListener(name, touch, true); });
    form.querySelector('[data-stay]').addEventListener('click', stay);
    form.addEventListener('keydown', function (event) {
      var buttons = form.querySelectorAll('button'), last = buttons.length - 1;
      if (event.key === 'Escape') { stay(); }
      if (event.key !== 'Tab') { return; }
      event.preventDefault();
      (doc.activeElement === buttons[0] ? buttons[last] : buttons[0]).focus();
    });
    setInterval(function () {
      var rest = Math.ceil(limit - (Date.now() - last) / 1000);
      if (rest <= 0) { form.submit(); last = Date.now(); return; }
      if (rest > warned) { return; }
      if (form.hidden) { before = doc.activeElement; form.hidden = false; form.querySelector('[data-stay]').focus(); }
      left.textContent = form.getAttribute('data-seconds').replace('%', rest);
    }, 500);
  });
}());
