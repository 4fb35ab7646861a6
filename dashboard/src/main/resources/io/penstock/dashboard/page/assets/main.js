/** The page as a whole: which source is shown, what is fetched when, and what is stale. */

import {Events, get} from './api.js';
import {showControlsOf, startControls} from './controls.js';
import {Coverage} from './coverage.js';
import {byId, make, setPast, throttled} from './dom.js';
import {Draws} from './draws.js';
import {Ensemble} from './ensemble.js';
import {Fields} from './fields.js';
import * as format from './format.js';
import {History} from './history.js';
import {isLink, readLink, writeLink} from './link.js';
import {Runs} from './runs.js';
import {Series} from './series.js';
import {buildTiles, showShards, showTiles} from './tiles.js';
import {showControls, showModels, showRejected, showServing, showUnreadable} from './tables.js';
import {startTheme} from './theme.js';

const LIST_MILLIS = 3000;
const ENSEMBLE_MILLIS = 1000;
const COVERAGE_MILLIS = 5000;
const REQUEST_PAUSE = 2000;
const ANNOUNCE_MILLIS = 20_000;

let source = null;
let isChosen = false;
let series = new Series();
let events = null;
let studies = [];
let lost = null;
let state = null;

startTheme();
buildTiles();
const history = new History(series, (times) => ask(() => fetchDetail(times), 'detail'));
const draws = new Draws();
const ensemble = new Ensemble(() => saveLink());
const coverage = new Coverage((id) => ensemble.open(id));
const fields = new Fields();
const runs = new Runs({
  changed: () => {
    history.compare(() => runs.compared, runs.column);
    saveLink();
  },
});

const saveLink = () => {
  if (source === null) return;
  writeLink({source, over: history.over, simulation: ensemble.chosen, compare: runs.names});
};

/**
 * Runs a request; what goes wrong with it is shown, never thrown at nobody, until one of its kind
 * goes well.
 */
async function ask(request, kind = 'request') {
  const asked = source;
  const tell = (text) => { if (asked === source) setAlert(kind, text); };
  try {
    await request();
    tell(null);
  } catch (error) {
    tell(`The last request failed: ${error.message}`);
  }
}

const alerts = new Map();

function setAlert(key, text) {
  if ((alerts.get(key) ?? null) === text) return;
  // The words may count seconds; only that it began and ended is said aloud.
  if (text === null) byId('announce-alerts').textContent = 'No longer the case.';
  else if (!alerts.has(key)) byId('announce-alerts').textContent = text;
  if (text === null) alerts.delete(key);
  else alerts.set(key, text);
  byId('alerts').replaceChildren(...[...alerts].map(([kind, words]) =>
    make('p', {class: 'alert', 'data-testid': `alert-${kind}`, text: words})));
}

function setStatus(kind, words) {
  const status = byId('status');
  if (status.dataset.value !== kind) status.dataset.value = kind;
  const box = status.querySelector('.words');
  if (box.textContent !== words) box.textContent = words;
}

function showStatus() {
  const isRun = source?.startsWith('run:');
  const {broker = null, job = null} = state?.stale ?? {};
  setAlert('connection', lost);
  setAlert('broker', broker && `Kafka: ${broker}`);
  setAlert('job', job && `Training job: ${job}`);
  if (lost) setStatus('lost', 'Not connected');
  else if (isRun) setStatus('past', 'Past run');
  else if (broker || job) setStatus('stale', 'Stale');
  else if (!state) setStatus('waiting', 'Connecting');
  else setStatus(phase() === 'finished' ? 'ended' : 'live', phase());
}

const phase = () => {
  const phases = [...new Set((state.shards ?? []).map((shard) => (shard.paused ? 'paused' : format.words(shard.phase))))];
  const words = phases.length ? phases.join(', ') : 'awaiting reports';
  return isStopping() && words !== 'finished' ? `${words}, stopping` : words;
};

/** Whether this run was asked to stop: it trains on what it has taken in, then ends. */
const isStopping = () => (state.controls ?? []).some(({kind, state: came, time}) =>
  kind === 'STOP' && came === 'TAKEN' && time >= (state.run ?? 0));

function showState(next) {
  state = next;
  showStatus();
  showTiles(state.totals ?? {});
  showShards(state.shards ?? []);
  draws.show(state.drawsPerSample ?? null);
  showModels(state.models ?? []);
  showRejected(state.rejected ?? {total: 0, byCause: {}, latest: []});
  showServing(state.serving ?? []);
  showControls(state.controls ?? []);
  announce();
}

/** One sentence for those who hear the page, not every change of a digit. */
const announce = throttled(ANNOUNCE_MILLIS, () => {
  const {batches, validationLoss} = state?.totals ?? {};
  byId('announce').textContent = batches
    ? `${state.study}: ${phase()}, ${format.plural(batches, 'batch').replace('batchs', 'batches')}, validation loss ${format.number(validationLoss)}.` : '';
});

let isDrawing = false;

/** Draws the charts once per frame, however many events came. */
function redraw() {
  if (isDrawing) return;
  isDrawing = true;
  requestAnimationFrame(() => {
    isDrawing = false;
    history.refresh();
  });
}

/** The finer rows of the stretch that somebody zoomed into. */
async function fetchDetail(times) {
  if (times === null) {
    series.setDetail(null);
  } else {
    const asked = series;
    const [from, to] = times;
    const answer = await get('/api/series', {source, from, to});
    if (asked === series) series.setDetail(answer);
  }
  redraw();
}

const fetchCoverage = throttled(COVERAGE_MILLIS, () => ask(() => coverage.setParameters(ensemble.data.parameters), 'coverage'));
const fetchEnsemble = throttled(ENSEMBLE_MILLIS, () => ask(async () => {
  await ensemble.fetch();
  fetchCoverage();
}, 'ensemble'));

/** A past run is asked for once; a live study is pushed, from where it stands. */
async function fetchRun() {
  const asked = source;
  const [next, rows] = await Promise.all([get('/api/state', {source}), get('/api/series', {source})]);
  if (asked !== source) return;
  series.set(rows);
  redraw();
  showState(next);
}

function connect() {
  events?.close();
  events = null;
  if (source === null || document.hidden) return;
  if (source.startsWith('run:')) {
    lost = null;
    ask(fetchRun);
    return;
  }
  events = new Events(source, {
    opened: () => {
      lost = null;
      state = null; // A server that was started anew may not know of the study yet.
      showStatus();
    },
    lost: (seconds) => {
      lost = `No connection to the dashboard’s server; what is shown is of ${format.clock(state?.now)}. Trying again in ${seconds.toFixed(0)} s.`;
      showStatus();
    },
    state: showState,
    series: (increment) => {
      if (increment.whole) series.set(increment);
      else series.add(increment);
      redraw();
    },
    fields: () => fields.refresh(),
    ensemble: fetchEnsemble,
  });
  events.open();
}

/** A past run has no ensemble, fields or serving to show, but a report. */
function showKind(run) {
  setPast(run !== null);
  document.body.classList.toggle('past', run !== null);
  const report = byId('report');
  report.hidden = !runs.list.find((each) => each.run === run)?.report;
  if (!report.hidden) report.href = runs.list.find((each) => each.run === run).report;
}

/** What each panel awaits, in words. */
function showNothing() {
  showTiles({});
  showShards([]);
  draws.show(null);
  showModels([]);
  showRejected({total: 0, byCause: {}, latest: []});
  showServing([]);
  showControls([]);
}

/** Shows another source: a live study or a past run. */
function open(next) {
  source = next;
  for (const kind of ['request', 'detail', 'ensemble', 'coverage']) setAlert(kind, null);
  showKind(next?.startsWith('run:') ? next.slice(4) : null);
  series = new Series();
  state = null;
  history.show(series);
  showNothing();
  ensemble.show(next);
  coverage.show(next);
  fields.show(next);
  showControlsOf(next?.startsWith('live:') ? next.slice(5) : null);
  fillSources();
  document.title = next === null ? 'Penstock' : `${next.replace(/^\w+:/, '')} – Penstock`;
  showStatus();
  connect();
}

function fillSources() {
  const option = (value, text) => make('option', {value, text});
  const group = (label, options) => (options.length ? [make('optgroup', {label}, ...options)] : []);
  const live = studies.map((study) => option(`live:${study.study}`, study.study + (study.live ? '' : ' (not live)')));
  const past = runs.list.map((run) => option(`run:${run.run}`, run.run));
  const select = byId('source');
  const text = JSON.stringify([source === null, studies.map(({study, live: isLive}) => [study, isLive]), runs.list.map(({run}) => run)]);
  if (select.dataset.list === text) {
    select.value = source ?? '';
    return;
  }
  select.dataset.list = text;
  select.replaceChildren(...(source === null || live.length + past.length === 0 ? [option('', live.length === 0 ? 'awaiting a study' : 'choose one')] : []),
    ...group('Studies', live), ...group('Past runs', past));
  select.value = source ?? '';
}

async function fetchLists() {
  let info;
  [studies, info] = await Promise.all([get('/api/studies'), get('/api/info'), runs.fetch()]);
  showUnreadable(info.unreadable ?? null);
  fillSources();
  const isIdle = source === null || (source.startsWith('live:') && !studies.find((study) => `live:${study.study}` === source)?.live);
  if (!isChosen && isIdle) openFirst(info.kafka !== null);
}

/** Until the person chose a source: that of the link, a study that is live, or with no brokers a past run. */
function openFirst(hasBrokers) {
  const asked = readLink().source;
  const isKnown = [...byId('source').options].some((option) => option.value === asked);
  if (source === null && isKnown) {
    isChosen = true;
    open(asked);
    return;
  }
  const first = studies.find((study) => study.live) ?? (source === null ? studies[0] : undefined);
  const fallback = hasBrokers || source !== null ? undefined : runs.list[0];
  const next = first ? `live:${first.study}` : fallback && `run:${fallback.run}`;
  if (next && source === null && asked) setAlert('link', `There is no ${asked.replace(/^\w+:/, '')} here, which the link asks for; another is shown.`);
  if (next && next !== source) open(next);
  else if (source === null) setStatus('waiting', asked ? `Awaiting ${asked.replace(/^\w+:/, '')}` : 'Awaiting a study');
}

async function follow() {
  const link = readLink();
  if (link.over !== history.over) history.setOver(link.over);
  if (link.source && link.source !== source) {
    isChosen = true;
    open(link.source);
  }
  if (link.simulation !== null && link.simulation !== ensemble.chosen) await ensemble.open(link.simulation);
  await runs.compareAll(link.compare);
}

/** Which brokers, and a link to the cluster's own page when it is known. */
function showWhere({kafka, flink}) {
  const link = flink ? make('a', {href: flink, target: '_blank', rel: 'noopener', text: 'Flink'}) : null;
  byId('where').replaceChildren(kafka ? `Kafka ${kafka}` : 'without Kafka: past runs only', ...(link ? [' · ', link] : []));
}

async function start() {
  const info = await get('/api/info');
  byId('version').textContent = info.version ? `Penstock ${info.version}` : 'Penstock';
  showWhere(info);
  startControls(info.control);
  const link = readLink();
  history.setOver(link.over);
  await fetchLists();
  if (link.simulation !== null) await ensemble.open(link.simulation);
  await runs.compareAll(link.compare);
  setInterval(() => {
    if (!document.hidden) fetchLists().then(() => setAlert('lists', null), () => {});
  }, LIST_MILLIS);
}

/** The server may come later than the page. */
async function startPatiently() {
  try {
    await start();
    setAlert('start', null);
  } catch (error) {
    setAlert('start', `The dashboard’s server does not answer (${error.message}); trying again.`);
    setTimeout(startPatiently, REQUEST_PAUSE);
  }
}

byId('source').addEventListener('change', ({target}) => {
  isChosen = true;
  setAlert('link', null);
  open(target.value);
  saveLink();
});
byId('axis').addEventListener('change', saveLink);
addEventListener('hashchange', () => (isLink() ? ask(follow, 'link') : saveLink()));
document.addEventListener('visibilitychange', connect);
showNothing();
startPatiently();
