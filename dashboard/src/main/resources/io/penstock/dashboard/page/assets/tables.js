/** Published versions, rejected samples and serving events. */

import {table} from './chart.js';
import {absent, awaiting, byId, isPastShown, make, put} from './dom.js';
import * as format from './format.js';

const shown = new Map();

/** Fills a box only when what it shows has changed, so that a selection in it stays. */
function fill(id, content, build) {
  const text = JSON.stringify([absent(''), content]);
  if (shown.get(id) === text) return;
  shown.set(id, text);
  byId(id).replaceChildren(...[build(content)].flat());
}

const mono = (text, title) => make('code', {text, title: title ?? null});

export function showModels(models) {
  fill('versions', models, (list) => (list.length === 0 ? awaiting('Awaiting the first completed checkpoint.') : table(
    ['#Version', 'Published', '#Batches', '#Samples trained', '#Validation loss', '#Validation RMSE', '#Size', 'SHA-256'],
    list.map((model) => [
      make('span', {'data-testid': `model-${model.version}`, 'data-value': model.version,
        text: model.last ? `${format.count(model.version)} (last)` : format.count(model.version)}),
      format.clock(model.time), format.count(model.metrics.batches), format.count(model.metrics.samplesTrained),
      format.number(model.metrics.validationLoss), format.number(model.metrics.validationNormalisedRmse),
      format.bytes(model.bytes), mono(model.sha256.slice(0, 10), model.sha256),
    ]), 'Published versions')));
}

const saidOfAll = (rejected) => {
  if (rejected > 0) return ' rejected: ';
  return isPastShown() ? ' rejected.' : ' rejected so far. ';
};

export function showRejected(rejected) {
  fill('causes', [rejected.total, rejected.byCause], () => [
    make('b', {'data-testid': 'rejected-total', 'data-value': rejected.total, text: format.plural(rejected.total, 'sample')}),
    saidOfAll(rejected.total),
    ...Object.entries(rejected.byCause).map(([cause, n]) =>
      make('span', {class: 'chip', 'data-testid': `cause-${cause}`, 'data-value': n, text: `${format.words(cause)} ${format.count(n)}`})),
  ]);
  fill('rejected', rejected.latest, (list) => (list.length === 0
    ? awaiting('What cannot be trained on is shown here with the reason.')
    : table(['Time', 'Cause', 'Reason and place', '#Simulation', '#Step'], list.map((each) => [
      format.clock(each.time), format.words(each.cause), make('span', {class: 'reason'}, each.reason, mono(each.place)),
      each.simulation === null ? '–' : String(each.simulation), each.timeStep === null ? '–' : String(each.timeStep),
    ]), 'Rejected samples')));
}

/** Records that this dashboard could not read, of whatever topic: {total, latest}, or null. */
export function showUnreadable(unreadable) {
  const box = byId('unreadable');
  box.hidden = !unreadable?.total;
  if (!box.hidden) put(box, unreadable.total, `${format.plural(unreadable.total, 'record')} of the other topics could not be read; the latest: ${unreadable.latest}`);
}

export function showServing(events) {
  fill('served', events, (list) => (list.length === 0
    ? awaiting('Awaiting a prediction job that serves this study’s models.')
    : table(['Time', 'What', '#Version', '#Subtask', '#Swap', 'Reason', 'By'], list.map((each) => [
      format.clock(each.time), format.words(each.kind), each.version < 0 ? 'the one before' : format.count(each.version),
      each.subtask < 0 ? '–' : String(each.subtask), format.millis(each.swapMillis),
      make('span', {class: 'reason', text: each.reason ?? ''}), each.by,
    ]), 'Serving events')));
}

const MARKS = {SENT: '… sent', TAKEN: '✓ taken', DONE: '✓ done', FAILED: '× failed'};

export function showControls(controls) {
  fill('control-list', controls, (list) => (list.length === 0 ? awaiting('None so far.') : table(
    ['Time', 'What', 'State', 'By', 'Shards'], list.map((each) => [
      format.clock(each.time),
      format.words(each.kind) + (each.learningRate === null ? '' : ` to ${format.setting(each.learningRate)}`),
      make('span', {'data-testid': `control-${each.control}`, 'data-value': each.state,
        class: each.message ? 'reason' : null,
        text: (MARKS[each.state] ?? format.words(each.state)) + (each.message ? `: ${each.message}` : '')}),
      each.by, make('span', {class: 'reason',
        text: each.taken.map(({shard, batch}) => `shard ${shard} after batch ${format.count(batch)}`).join(', ')}),
    ]), 'Controls sent')));
}
