/* A file is compared with what was issued by its hash, in this browser: it goes nowhere. Where the browser cannot (no script,
   or no https), the form sends it, and the server does the same. */
(function () {
  'use strict';
  var form = document.querySelector('form[data-hash]');
  if (!form || !window.crypto || !window.crypto.subtle || !window.Promise) { return; }
  var known = JSON.parse(form.getAttribute('data-hash')), other = form.getAttribute('data-other');
  var input = form.querySelector('input[type="file"]'), told = form.querySelector('[data-told]');
  var button = form.querySelector('button:not([aria-hidden])'), turn = 0;

  function hex(bytes) {
    return Array.prototype.map.call(new Uint8Array(bytes), function (each) { return ('0' + each.toString(16)).slice(-2); }).join('');
  }
  function check(file) {
    var mine = ++turn;
    if (!file) { return; }
    told.textContent = '';
    file.arrayBuffer().then(function (content) { return window.crypto.subtle.digest('SHA-256', content); }).then(function (digest) {
      var sentence = known[hex(digest)];
      if (mine !== turn) { return; }
      told.textContent = (sentence ? '✓ ' : '✗ ') + file.name + '：' + (sentence || other);
      told.className = 'kb-verdict kb-verdict--' + (sentence ? 'right' : 'wrong');
    });
  }

  var hint = document.createElement('p');
  hint.textContent = form.getAttribute('data-drop');
  hint.className = 'kb-quiet';
  form.insertBefore(hint, told);
  button.hidden = true;
  input.addEventListener('change', function () { check(input.files[0]); });
  form.addEventListener('submit', function (event) { event.preventDefault(); check(input.files[0]); });
  ['dragover', 'drop'].forEach(function (name) {
    form.addEventListener(name, function (event) {
      event.preventDefault();
      if (name === 'drop') { check(event.dataTransfer.files[0]); }
    });
  });
}());
