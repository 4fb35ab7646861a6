/** The figures at the top, and the shards one by one. */

import {absent, awaiting, byId, make, put} from './dom.js';
import * as format from './format.js';

const TILES = [
  {key: 'batches', name: 'Batches', show: format.count},
  {key: 'samplesTrained', name: 'Samples trained', show: format.count},
  {key: 'inserts', name: 'Samples taken in', show: format.count},
  {key: 'loss', name: 'Training loss', show: format.number},
  {key: 'freshLoss', name: 'Fresh-sample loss', show: format.number},
  {key: 'validationLoss', name: 'Validation loss', show: format.number},
  {key: 'validationNormalisedRmse', name: 'Validation RMSE', unit: 'of the fields’ σ', show: format.number},
  {key: 'learningRate', name: 'Learning rate', show: format.setting},
  {key: 'samplesPerSecond', name: 'Trained', show: format.rate, unit: 'samples'},
  {key: 'insertsPerSecond', name: 'Taken in', show: format.rate, unit: 'samples'},
  {key: 'lag', name: 'Lag', show: format.count, unit: 'samples in Kafka, not yet read'},
  {key: 'reservoirUnseen', name: 'Reservoir', show: format.count, bar: true},
];

const boxes = new Map();

export function buildTiles() {
  for (const {key, name, unit, bar} of TILES) {
    const value = make('dd', {class: 'value number', 'data-testid': `total-${key}`, text: '–'});
    const under = make('dd', {class: 'under muted', text: unit ?? ''});
    byId('tiles').append(make('div', {class: bar ? 'tile wide' : 'tile'}, make('dt', {text: name}), value, under));
    boxes.set(key, {value, under});
  }
  const {under} = boxes.get('reservoirUnseen');
  under.append(make('span', {class: 'bar', 'aria-hidden': 'true'}, make('i', {class: 'seen-part'}), make('i', {class: 'unseen-part'})),
    make('span', {class: 'text'}));
}

export function showTiles(totals) {
  for (const {key, show} of TILES) put(boxes.get(key).value, totals[key] ?? null, show(totals[key]));
  const {reservoirSeen: seen, reservoirUnseen: unseen, reservoirCapacity: capacity} = totals;
  const {value, under} = boxes.get('reservoirUnseen');
  const filled = seen === undefined || seen === null ? null : seen + unseen;
  value.textContent = filled === null ? '–' : `${format.count(filled)} of ${format.count(capacity)}`;
  const part = (n) => `${capacity ? (100 * n) / capacity : 0}%`;
  under.querySelector('.seen-part').style.width = part(seen ?? 0);
  under.querySelector('.unseen-part').style.width = part(unseen ?? 0);
  under.querySelector('.text').textContent = filled === null ? '' : `${format.count(unseen)} not drawn yet`;
}

const FACTS = [
  {name: 'Phase', show: (value, shard) => (shard.paused ? 'paused' : format.words(value)), key: 'phase'},
  {name: 'Batches', key: 'batches', show: format.count},
  {name: 'Merging rounds', key: 'rounds', show: format.count},
  {name: 'Samples read, held back', key: 'backlog', show: format.count},
  {name: 'Checkpoints', key: 'checkpoints', show: format.count},
  {name: 'Size of the last', key: 'lastCheckpointBytes', show: format.bytes},
  {name: 'Stall by the last', key: 'lastStallMillis', show: format.millis},
  {name: 'Longest stall', key: 'maxStallMillis', show: format.millis},
  {name: 'Last report', key: 'lastReport', show: format.clock},
];
let shown = '';

export function showShards(shards) {
  const text = JSON.stringify([absent(''), shards]);
  if (text === shown) return;
  shown = text;
  byId('shards').replaceChildren(shards.length === 0 ? awaiting('Awaiting the first report.') : facts(shards));
}

/** A column for each shard. */
function facts(shards) {
  const heads = shards.map(({shard}) => make('th', {scope: 'col', text: `Shard ${shard}`}));
  const rows = FACTS.map(({name, key, show}) => make('tr', {}, make('th', {scope: 'row', text: name}), ...shards.map((shard) => {
    const box = make('td', {'data-testid': `shard-${shard.shard}-${key}`});
    put(box, shard[key], show(shard[key], shard));
    return box;
  })));
  return make('table', {}, make('caption', {class: 'unseen', text: 'Shards'}),
    make('thead', {}, make('tr', {}, make('td'), ...heads)), make('tbody', {}, ...rows));
}
