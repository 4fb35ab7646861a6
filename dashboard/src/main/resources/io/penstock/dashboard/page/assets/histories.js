/** What the charts over batches or time show: one entry per chart. */

import * as format from './format.js';

export const HISTORIES = [
  {
    id: 'loss', title: 'Loss', note: 'mean squared error of normalised outputs, log scale; fresh samples before they are trained on', unit: '',
    log: true, slider: true, compares: true, show: format.number,
    awaited: 'Awaiting the first training step.',
    lines: [
      {column: 'freshLoss', name: 'fresh samples', colour: 'line-b', width: 1.2, dash: [2, 3], z: 1},
      {column: 'loss', name: 'training', colour: 'line-a', width: 1.2, z: 2},
      {column: 'validationLoss', name: 'validation', colour: 'line-c', width: 2.4, z: 3},
    ],
  },
  {
    id: 'throughput', title: 'Throughput', unit: 'samples/s', fromZero: true, show: format.rate,
    awaited: 'Awaiting the first report.',
    lines: [
      {column: 'samplesPerSecond', name: 'trained', colour: 'line-a'},
      {column: 'insertsPerSecond', name: 'taken in', colour: 'line-b', dash: [5, 3]},
    ],
  },
  {
    id: 'lag', title: 'Lag', note: 'in Kafka, not yet read', unit: 'samples', fromZero: true, show: format.count,
    awaited: 'Not known yet.',
    lines: [{column: 'lag', name: 'lag', colour: 'line-d', area: 'area-d'}],
  },
  {
    id: 'rate', title: 'Learning rate', unit: '', fromZero: true, show: format.setting,
    awaited: 'Awaiting the first report.',
    lines: [{column: 'learningRate', name: 'learning rate', colour: 'line-a', step: 'end'}],
  },
  {
    id: 'fill', title: 'Fill', unit: 'samples', fromZero: true, show: format.count,
    awaited: 'Awaiting the first sample.',
    lines: [
      {column: 'reservoirSeen', name: 'seen', colour: 'line-a', area: 'area-a', z: 3},
      {column: 'reservoirUnseen', name: 'unseen', colour: 'line-b', area: 'area-b', on: 'reservoirSeen', z: 2},
      {column: 'reservoirCapacity', name: 'capacity', colour: 'muted', dash: [6, 4], z: 4},
    ],
  },
  {
    id: 'age', title: 'Sample age', note: 'mean of a batch', unit: 'inserts since taken in', fromZero: true, show: format.count,
    awaited: 'Awaiting the first training step.',
    lines: [{column: 'sampleAge', name: 'sample age', colour: 'line-d'}],
  },
  {
    id: 'checkpoints', title: 'Checkpoints', note: 'stall: time kept from training', unit: 'stall, ms', fromZero: true,
    show: format.millis, right: {unit: 'size'}, awaited: 'Awaiting the first checkpoint.',
    lines: [
      {column: 'checkpointBytes', name: 'size', colour: 'line-a', width: 2, onRight: true, show: format.bytes},
      {column: 'stallMillis', name: 'stall', colour: 'line-b', step: 'end', dash: [5, 3]},
    ],
  },
];
