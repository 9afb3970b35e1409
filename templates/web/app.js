// The local page. All that it knows comes from this machine; texts are set as text, never as HTML.
'use strict';
const $ = (id) => document.getElementById(id);
const made = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};
const counted = (n, noun) => `${n} ${n === 1 ? noun.replace(/s$/, '') : noun}`;

let key = new URLSearchParams(location.search).get('set') || '0';
let offer = null;
let state = null;
let shown = { file: null, build: 0, page: 0, width: 0, night: matchMedia('(prefers-color-scheme: dark)').matches };

async function asked(path, body, method = 'POST') {
  const answer = await fetch(path, body === undefined ? {} : { method, body: typeof body === 'string' || body instanceof Blob ? body : JSON.stringify(body) });
  if (answer.status === 422) throw Object.assign(new Error('refused'), { problems: (await answer.json()).problems });
  if (!answer.ok) throw Object.assign(new Error(answer.status), { problems: `error: ${await answer.text()}` });
  return answer.json();
}
const api = (path, body) => asked(`/api/${key}/${path}`, body);

// What is chosen
const ticked = (name) => [...document.querySelectorAll(`[name="${name}"]:checked`)].map((box) => box.value);
const number = (id) => ($(id).value === '' ? undefined : Number($(id).value));

function choice() {
  const criteria = {};
  for (const kind of ['topics', 'levels', 'tags', 'packs']) if (ticked(kind).length) criteria[kind] = ticked(kind);
  if ($('match').value.trim()) criteria.match = $('match').value.trim();
  if (number('limit')) criteria.limit = number('limit');
  if (number('limit') && number('seed') !== undefined) criteria.seed = number('seed');
  const products = ticked('products');
  const standard = offer.products.filter((each) => each.default).map((each) => each.name);
  return {
    criteria,
    options: given(offer.options, 'option'),
    products: products.join() === standard.join() ? [] : products,
    exam: given(offer.exam, 'exam'),
  };
}

// The options of these controls that are shown and differ from their defaults.
function given(controls, prefix) {
  const options = {};
  for (const { name, shape, default: standard } of controls) {
    const input = $(`${prefix}-${name}`);
    if (input.closest('.option').hidden) continue;
    const text = input.value.trim();
    if (shape === 'list') { if (text) options[name] = text.split(',').map((each) => each.trim()); continue; }
    const value = shape === 'flag' ? input.checked : shape !== 'number' ? text : text === '' ? standard : Number(text);
    if (value !== standard) options[name] = value;
  }
  return options;
}

function box(name, each, type = 'checkbox') {
  const count = each.count === undefined ? '' : made('span', { className: 'number' }, ` ${each.count}`);
  return made('label', {}, made('input', { type, name, value: each.id }), each.title, count);
}

function control(each, prefix) {
  const id = `${prefix}-${each.name}`;
  const said = each.name.replaceAll('_', ' ');
  const about = made('div', { className: 'about', id: `${id}-about` }, each.help);
  let input;
  if (each.shape === 'flag') input = made('input', { type: 'checkbox', checked: each.default });
  else if (each.shape === 'choice') input = made('select', {}, ...each.values.map((value) => made('option', { value, selected: value === each.default }, value || 'the set’s own')));
  else if (each.shape === 'number') input = made('input', { type: 'number', step: 'any', value: each.default, min: each.min ?? '', max: each.max ?? '' });
  else input = made('input', { type: 'text', value: each.default });
  input.id = id;
  input.setAttribute('aria-describedby', about.id);
  const label = made('label', {}, ...(each.shape === 'flag' ? [input, said] : [made('span', {}, said), input]));
  return made('div', { className: 'option' }, label, about);
}

async function fill() {
  offer = await api('offer');
  document.title = offer.title;
  $('title').textContent = offer.title;
  $('title').lang = offer.language;
  for (const kind of ['topics', 'levels', 'tags']) {
    const before = new Set(ticked(kind));
    $(kind).replaceChildren(...offer[kind].map((each) => box(kind, each)));
    for (const input of document.getElementsByName(kind)) input.checked = before.has(input.value);
    $(kind).closest('fieldset').hidden = !offer[kind].length;
  }
  $('packs').hidden = !offer.packs.length;
  $('packs').replaceChildren(made('fieldset', {}, made('legend', {}, 'Saved packs'), ...offer.packs.map((each) => box('packs', each))));
  if (!$('products').childElementCount) {
    $('products').replaceChildren(...offer.products.map((each) => {
      const label = box('products', { id: each.name, title: each.title });
      label.firstChild.checked = each.default;
      label.append(made('span', { className: 'figure', id: `figure-${each.name}` }), made('div', { className: 'about' }, each.summary));
      return label;
    }));
    $('options').replaceChildren(...offer.options.map((each) => control(each, 'option')));
    $('exam-options').replaceChildren(...offer.exam.map((each) => control(each, 'exam')));
  }
  await count();
}

// The words of a command, none of which is broken at its hyphens.
const whole = (text) => text.split(/(?= )/).map((word) => made('span', {}, word));

let asking = 0;
async function count() {
  const mine = ++asking;
  const wanted = new Set(ticked('products').flatMap((name) => offer.products.find((each) => each.name === name).options));
  for (const each of offer.options) $(`option-${each.name}`).closest('.option').hidden = !wanted.has(each.name);
  try {
    const found = await api('choose', choice());
    if (mine !== asking) return;
    $('count').textContent = counted(found.questions.length, 'questions');
    for (const each of offer.products) $(`figure-${each.name}`).textContent = found.figures[each.name]?.text ?? '';
    $('command').replaceChildren(...whole(found.command));
    $('exam-command').replaceChildren(...whole(found.exam_command));
    $('print').disabled = false;
    const chosen = new Set(found.questions);
    $('questions').replaceChildren(...offer.questions.filter((q) => chosen.has(q.id)).map((q) => made('li', {}, made('span', { className: 'number' }, `${q.label} `), q.question)));
    $('build').disabled = !ticked('products').length;
  } catch (error) {
    if (mine !== asking) return;
    $('count').textContent = 'No question';
    $('questions').replaceChildren();
    $('command').textContent = error.problems || String(error);
    $('exam-command').textContent = '';
    $('build').disabled = true;
    $('print').disabled = true;
  }
}

// What was built
async function refresh() {
  state = await api('state');
  $('problems').hidden = !state.problems;
  $('problems').textContent = state.problems;
  if (state.problems) $('problems').scrollIntoView({ block: 'nearest' });
  $('warned').hidden = !state.warnings;
  $('warnings').textContent = state.warnings;
  if (!state.files.length) return;
  $('nothing').hidden = true;
  $('result').hidden = false;
  $('get-all').href = `/api/${key}/pack.zip`;
  const fresh = state.last && state.built.number !== shown.build;
  const own = state.files.find((each) => each.name === shown.file);
  if (!own || (fresh && own.of !== state.last)) shown = { ...shown, file: state.files.find((each) => each.of === state.last || !state.last).name, page: 0 };
  shown.build = state.built.number;
  $('tabs').replaceChildren(...state.files.map((each) => {
    const tab = made('button', { type: 'button', role: 'tab', onclick: () => { shown = { ...shown, file: each.name, page: 0 }; draw(); } }, each.title);
    tab.dataset.file = each.name;
    return tab;
  }));
  draw();
}

function draw() {
  const file = state.files.find((each) => each.name === shown.file);
  for (const tab of $('tabs').children) {
    const current = tab.dataset.file === file.name;
    tab.setAttribute('aria-selected', current);
    tab.tabIndex = current ? 0 : -1;
  }
  $('get').href = `/api/${key}/file/${file.name}`;
  $('get').textContent = `Download ${file.file}`;
  $('folder').textContent = `in ${file.folder}`;
  $('facts').textContent = [...file.facts, `${Math.ceil(file.bytes / 1000)} kB`].join('; ');
  const most = file.pages ? file.pages.length : file.cards ? file.cards.length : 1;
  shown.page = Math.max(0, Math.min(shown.page, most - 1));
  ({ pdf: drawPages, apkg: drawCards, html: drawHtml })[file.kind](file, most);
}

const base = () => `/api/${key}/${state.built.number}`;
const turn = (by) => { shown.page += by; draw(); };

function steps(most, noun) {
  const go = made('input', { type: 'number', min: 1, max: most, value: shown.page + 1, onchange: (event) => { shown.page = event.target.value - 1; draw(); } });
  go.setAttribute('aria-label', noun);
  return [
    made('button', { type: 'button', disabled: shown.page === 0, onclick: () => turn(-1) }, 'Back'),
    go, made('span', {}, `of ${most}`),
    made('button', { type: 'button', disabled: shown.page === most - 1, onclick: () => turn(1) }, 'Next'),
  ];
}

function drawPages(file, most) {
  const [width, height] = file.pages[shown.page];
  const fit = Math.min($('stage').clientWidth - 8 || 600, 820);
  const whole = Math.min(fit, innerHeight * 0.58 * width / height);
  const pixels = Math.round(shown.width ? shown.width * fit : whole);
  const zoom = made('select', { onchange: (event) => { shown.width = Number(event.target.value); draw(); } },
    ...[[0, 'whole page'], [1, 'width'], [1.5, '150%'], [2, '200%']].map(([value, said]) => made('option', { value, selected: shown.width === value }, said)));
  zoom.setAttribute('aria-label', 'Zoom');
  const where = made('span', { className: 'number' });
  $('tools').replaceChildren(...steps(most, 'Page'), zoom, where);
  const picture = made('img', { src: `${base()}/page/${file.name}/${shown.page}?width=${Math.round(pixels * devicePixelRatio)}`, width: pixels, alt: `Page ${shown.page + 1} of the ${file.title}` });
  picture.height = Math.round(pixels * height / width);
  const at = (event) => questionAt(file, shown.page, event.offsetY * height / picture.clientHeight);
  picture.onmousemove = (event) => { const found = at(event); where.textContent = found ? `${found.label} ${found.question}` : ''; picture.style.cursor = found ? 'pointer' : ''; };
  picture.onclick = (event) => { const found = at(event); if (found) source(found.id); };
  const here = questionAt(file, shown.page, height) ;
  if (here) $('tools').append(made('button', { type: 'button', onclick: () => source(here.id) }, `Source of ${here.label}`));
  $('stage').replaceChildren(picture);
  if ($('strip').dataset.of !== base() + file.name) {
    $('strip').dataset.of = base() + file.name;
    $('strip').replaceChildren(...file.pages.map((_, n) => {
      const page = made('button', { type: 'button', onclick: () => { shown.page = n; draw(); } }, made('img', { loading: 'lazy', src: `${base()}/page/${file.name}/${n}?width=124`, alt: '' }), `${n + 1}`);
      page.setAttribute('aria-label', `Page ${n + 1}`);
      return page;
    }));
  }
  $('strip').hidden = false;
  [...$('strip').children].forEach((page, n) => { if (n === shown.page) { page.setAttribute('aria-current', 'page'); $('strip').scrollLeft = page.offsetLeft - $('strip').offsetLeft - $('strip').clientWidth / 2; } else page.removeAttribute('aria-current'); });
}

// The question within which a place of a page is.
function questionAt(file, page, y) {
  let found = null;
  for (const [id, begins, top] of file.places) if (begins < page || (begins === page && top <= y + 2)) found = id;
  return offer.questions.find((each) => each.id === found);
}

function drawCards(file, most) {
  const night = made('label', {}, made('input', { type: 'checkbox', checked: shown.night, onchange: (event) => { shown.night = event.target.checked; draw(); } }), 'Night');
  $('tools').replaceChildren(...steps(most, 'Card'), night, made('span', {}, file.cards[shown.page]));
  $('stage').replaceChildren(...['front', 'back'].map((side) => {
    const frame = made('iframe', { className: 'phone', src: `${base()}/card/${shown.page}/${side}?night=${shown.night ? 1 : 0}`, title: `The ${side} of the card` });
    frame.setAttribute('sandbox', '');
    return frame;
  }));
  $('strip').hidden = true;
  $('strip').dataset.of = '';
}

function drawHtml(file) {
  $('tools').replaceChildren();
  const frame = made('iframe', { className: 'wide', src: `${base()}/html/${file.name}`, title: file.title });
  frame.setAttribute('sandbox', 'allow-scripts');
  $('stage').replaceChildren(frame);
  $('strip').hidden = true;
  $('strip').dataset.of = '';
}

async function source(id) {
  const found = await api(`source/${encodeURIComponent(id)}`);
  $('source-place').textContent = `${found.file}:${found.line}`;
  $('source-text').textContent = found.text;
  $('source').showModal();
}

// What happens
let events = null;
function listen() {
  if (events) events.close();
  events = new EventSource(`/api/${key}/events`);
  events.addEventListener('progress', (event) => {
    const { step, done, begun } = JSON.parse(event.data);
    $('progress').textContent = step ? `${step} …` : `${done} of ${begun} parts`;
    $('cancel').hidden = false;
  });
  events.addEventListener('built', async () => { $('progress').textContent = ''; $('cancel').hidden = true; await refresh(); await count(); });
  events.addEventListener('changed', async () => { await refresh(); if (!state.problems) await fill(); });
  events.onopen = refresh;
}

async function bring(file) {
  if (!file) return;
  $('report').hidden = false;
  $('report').textContent = `Importing ${file.name} …`;
  try {
    const done = await asked(`/api/import?name=${encodeURIComponent(file.name)}`, file);
    const list = (each) => made('li', {}, `${each.where}: ${each.why}`);
    $('report').replaceChildren(
      `${file.name}: ${counted(done.questions, 'questions')}, ${done.answered} with an answer, ${done.skipped.length} skipped. The set is in ${done.folder}.`,
      made('ul', {}, ...done.skipped.map(list), ...done.warnings.map(list)));
    await sets();
    await serve(done.key);
  } catch (error) { $('report').hidden = true; fail(error); }
}

function fail(error) {
  $('problems').hidden = false;
  $('problems').textContent = error.problems || String(error);
  $('problems').scrollIntoView({ block: 'nearest' });
}

async function sets() {
  const all = await asked('/api/sets');
  $('sets').replaceChildren(...all.map((each) => made('option', { value: each.key, selected: each.key === key }, each.name)));
}

async function serve(other) {
  key = other;
  shown = { ...shown, file: null, build: 0, page: 0 };
  $('sets').value = key;
  history.replaceState(null, '', key === '0' ? '/' : `/?set=${key}`);
  $('result').hidden = true;
  $('nothing').hidden = false;
  $('progress').textContent = '';
  $('cancel').hidden = true;
  try { await fill(); } catch (error) { fail(error); }
  listen();
}

addEventListener('DOMContentLoaded', async () => {
  document.querySelector('.choose').addEventListener('input', (event) => { if (event.target.id !== 'pack-name') count(); });
  $('sets').onchange = () => { $('report').hidden = true; serve($('sets').value); };
  for (const [button, path] of [['build', 'build'], ['print', 'exam']]) {
    $(button).onclick = async () => {
      $('progress').textContent = 'starting …';
      $('problems').hidden = true;
      try { await api(path, choice()); } catch (error) { $('progress').textContent = ''; fail(error); }
    };
  }
  $('cancel').onclick = () => api('cancel', {});
  $('copy').onclick = async () => { await navigator.clipboard.writeText($('command').textContent); $('copy').textContent = 'Copied'; };
  $('save').onsubmit = async (event) => {
    event.preventDefault();
    try {
      const { file } = await api('save', { name: $('pack-name').value, criteria: choice().criteria });
      $('saved').textContent = `written to ${file}`;
    } catch (error) { $('saved').textContent = ''; fail(error); }
  };
  $('bring').onchange = () => bring($('bring').files[0]);
  for (const name of ['dragover', 'drop']) addEventListener(name, (event) => event.preventDefault());
  addEventListener('dragenter', () => { $('drop').hidden = false; });
  addEventListener('dragleave', (event) => { if (!event.relatedTarget) $('drop').hidden = true; });
  addEventListener('drop', (event) => { $('drop').hidden = true; bring(event.dataTransfer.files[0]); });
  $('tabs').addEventListener('keydown', (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    const tabs = [...$('tabs').children];
    const next = tabs[(tabs.indexOf(document.activeElement) + by + tabs.length) % tabs.length];
    next.click();
    next.focus();
  });
  $('panel').addEventListener('keydown', (event) => {
    if (event.target.id === 'panel' && event.key === 'ArrowRight') turn(1);
    if (event.target.id === 'panel' && event.key === 'ArrowLeft') turn(-1);
  });
  await sets();
  await serve(key);
});
