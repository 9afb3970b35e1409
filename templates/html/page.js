// Search, cover and reveal, and the reader's own score; the page can be read without any of it.
(() => {
  'use strict';
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const tools = document.querySelector('.tools');
  const questions = all('.question');

  tools.addEventListener('click', (event) => {
    const wanted = event.target.dataset.all;
    if (wanted) all('.question > details').forEach((each) => { each.open = wanted === 'open'; });
  });

  const folded = (text) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  let texts = null;
  const found = tools.querySelector('.found');
  const search = tools.querySelector('input');
  search.addEventListener('input', () => {
    texts ??= questions.map((each) => folded(each.textContent));
    const words = folded(search.value).split(/\s+/).filter(Boolean);
    let count = 0;
    questions.forEach((each, n) => {
      each.hidden = !words.every((word) => texts[n].includes(word));
      count += !each.hidden;
    });
    all('.topic').forEach((topic) => { topic.hidden = !topic.querySelector('.question:not([hidden])'); });
    all('.front').forEach((each) => { each.hidden = words.length > 0; });
    found.value = words.length ? (count ? `${count} / ${questions.length}` : found.dataset.none) : '';
  });

  // A link in the contents opens nothing, but leads to a question that the search may have hidden.
  addEventListener('hashchange', () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.closest('[hidden]')) { search.value = ''; search.dispatchEvent(new Event('input')); target.scrollIntoView(); }
  });

  const key = `studypack:${document.documentElement.dataset.set}`;
  const kept = () => { try { return JSON.parse(localStorage.getItem(key)) || {}; } catch { return {}; } };
  const scores = kept();
  questions.forEach((each) => {
    const boxes = all('.score input', each);
    boxes.forEach((box, n) => { box.checked = Boolean(scores[each.id] && scores[each.id][n]); });
    each.addEventListener('change', (event) => {
      if (!boxes.includes(event.target)) return;
      const now = { ...kept(), [each.id]: boxes.map((box) => box.checked) };
      try { localStorage.setItem(key, JSON.stringify(now)); } catch { /* a private window keeps nothing */ }
    });
  });

  // Browsers that cannot open folds by style alone do it before they print.
  addEventListener('beforeprint', () => all('details').forEach((each) => { each.dataset.was = each.open; each.open = true; }));
  addEventListener('afterprint', () => all('details').forEach((each) => { each.open = each.dataset.was === 'true'; }));
  tools.hidden = false;
})();
