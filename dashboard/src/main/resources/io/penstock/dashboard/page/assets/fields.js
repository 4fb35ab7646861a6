/** Validation fields: truth, prediction and their difference, as heat maps or, of one dimension, as lines. */

import {get, getBytes} from './api.js';
import {FONT, axis} from './chart.js';
import {MAPS, aroundZero, paint, paintScale, rangeOf} from './colourmap.js';
import {awaiting, byId, make} from './dom.js';
import * as format from './format.js';
import {colour, onTheme} from './theme.js';

const AWAITED = 'Awaiting the first published model and a validation simulation.';

/** Between these, a heat map's width over its height is that of its field. */
const LOWEST = 0.5;
const HIGHEST = 3;

/** The answer of /api/fields/<panel>/<field>: int32 rows and columns, then truth and prediction as float32. */
function decode(buffer) {
  const [rows, columns] = new Int32Array(buffer, 0, 2);
  const cells = rows * columns;
  const truth = new Float32Array(buffer, 8, cells);
  const prediction = new Float32Array(buffer, 8 + 4 * cells, cells);
  return {rows, columns, truth, prediction, error: prediction.map((value, i) => value - truth[i])};
}

export class Fields {
  #source = null;
  #answer = null;
  #boxes = new Map();
  #visible = false;
  #stale = false;
  #shown = [];

  constructor() {
    byId('field').addEventListener('change', () => this.refresh());
    new IntersectionObserver((entries) => {
      this.#visible = entries.at(-1).isIntersecting;
      if (this.#visible && this.#stale) this.refresh();
    }, {rootMargin: '200px'}).observe(byId('fields'));
    onTheme(() => this.#shown.forEach((draw) => draw()));
    this.#say(AWAITED);
  }

  show(source) {
    this.#source = source;
    this.#answer = null;
    this.#say(AWAITED);
    this.refresh();
  }

  /** Fetches anew: now if the fields are in sight, else when they come into sight. */
  refresh() {
    this.#stale = true;
    if (this.#visible) this.fetch().catch(() => { this.#stale = true; });
  }

  #say(text) {
    this.#boxes.clear();
    this.#shown = [];
    byId('panels').replaceChildren(make('div', {class: 'card'}, awaiting(text)));
    byId('field-choice').hidden = true;
    byId('fields-model').textContent = '';
  }

  async fetch() {
    const source = this.#source;
    if (source === null) return;
    this.#stale = false;
    const answer = await get('/api/fields', {source});
    if (source !== this.#source) return;
    if (answer.panels.length === 0) {
      this.#say(answer.error ? `The newest model could not be tried: ${answer.error}` : AWAITED);
      return;
    }
    this.#choices(answer.panels[0].fields);
    const name = byId('field').value;
    const found = await Promise.all(answer.panels.map(async (panel) => ({
      panel,
      field: panel.fields.find((field) => field.name === name) ?? panel.fields[0],
      data: decode(await getBytes(
        `/api/fields/${encodeURIComponent(panel.id)}/${encodeURIComponent(name)}`, {source})),
    })));
    if (source !== this.#source) return;
    this.#answer = answer;
    const model = byId('fields-model');
    model.textContent = `by model version ${format.count(answer.model)}, ${format.clock(answer.time)}`
      + (answer.error ? `; a newer one could not be tried: ${answer.error}` : '');
    model.dataset.value = answer.model;
    this.#fill(found);
  }

  #choices(fields) {
    const select = byId('field');
    const names = fields.map((field) => field.name);
    if (names.join() !== [...select.options].map((option) => option.value).join()) {
      select.replaceChildren(...fields.map(({name, unit}) =>
        make('option', {value: name, text: format.quantity(name, unit)})));
    }
    byId('field-choice').hidden = fields.length < 2;
  }

  #fill(found) {
    const keys = found.map(({panel, field, data}) => `${panel.id}/${field.name}/${data.rows}x${data.columns}`);
    if (keys.join() !== [...this.#boxes.keys()].join()) {
      this.#boxes = new Map(found.map((each, i) => [keys[i], each.data.rows === 1 ? lines() : maps(each.field)]));
      byId('panels').replaceChildren(...[...this.#boxes.values()].map((box) => box.element));
    }
    this.#shown = found.map(({panel, field, data}, i) => () => this.#boxes.get(keys[i]).draw(panel, field, data));
    this.#shown.forEach((draw) => draw());
  }
}

const withUnit = (value, unit) => `${format.number(value)}${unit ? ` ${unit}` : ''}`;

function rootMeanSquare(error) {
  let sum = 0;
  for (const value of error) sum += value * value;
  return Math.sqrt(sum / error.length);
}

function heading(title, panel, field, data) {
  const rmse = rootMeanSquare(data.error);
  title.textContent = `${field.name}, ${panel.label}`;
  return `root mean squared error ${withUnit(rmse, field.unit)}`;
}

/** A card with three heat maps. */
function maps() {
  const title = make('h3');
  const words = make('p', {class: 'line muted', 'aria-live': 'off'});
  const parts = ['truth', 'prediction', 'prediction − truth'].map((name) => {
    const canvas = make('canvas', {role: 'img', 'data-testid': 'heat-map'});
    const ends = [make('span'), make('span')];
    const scale = make('canvas', {class: 'colours', 'aria-hidden': 'true'});
    const figure = make('figure', {}, make('figcaption', {text: name}), canvas,
      make('div', {class: 'scale'}, ends[0], scale, ends[1]));
    return {name, canvas, ends, scale, figure};
  });
  const element = make('article', {class: 'card panel'}, title, make('div', {class: 'maps'}, ...parts.map((part) => part.figure)), words);

  function draw(panel, field, data) {
    const summary = heading(title, panel, field, data);
    words.textContent = summary;
    const shared = rangeOf(data.truth, data.prediction);
    const looks = [
      {values: data.truth, map: MAPS.viridis, range: shared},
      {values: data.prediction, map: MAPS.viridis, range: shared},
      {values: data.error, map: MAPS.blueRed, range: aroundZero(data.error)},
    ];
    parts.forEach(({name, canvas, ends, scale}, i) => {
      const look = looks[i];
      canvas.style.aspectRatio = String(Math.max(LOWEST, Math.min(HIGHEST, data.columns / data.rows)));
      paint(canvas, {...look, rows: data.rows, columns: data.columns});
      paintScale(scale, look.map);
      look.range.forEach((end, side) => { ends[side].textContent = `${format.tick(Number(end.toPrecision(3)))} ${field.unit ?? ''}`; });
      canvas.setAttribute('aria-label', `${name} of ${field.name}, ${withUnit(look.range[0], field.unit)} to `
        + `${withUnit(look.range[1], field.unit)}; ${summary}`);
      canvas.onpointermove = (event) => { words.textContent = reading(event, canvas, field, data); };
      canvas.onpointerleave = () => { words.textContent = summary; };
    });
  }
  return {element, draw};
}

function reading(event, canvas, field, {rows, columns, truth, prediction, error}) {
  const row = Math.min(rows - 1, Math.max(0, Math.floor((event.offsetY / canvas.clientHeight) * rows)));
  const column = Math.min(columns - 1, Math.max(0, Math.floor((event.offsetX / canvas.clientWidth) * columns)));
  const at = row * columns + column;
  return `row ${row}, column ${column}: truth ${withUnit(truth[at], field.unit)}, prediction `
    + `${withUnit(prediction[at], field.unit)}, difference ${withUnit(error[at], field.unit)}`;
}

/** A card with truth and prediction of a one-dimensional field as lines. */
function lines() {
  const title = make('h3');
  const words = make('p', {class: 'line muted'});
  const picture = make('div', {class: 'picture', role: 'img'});
  const element = make('article', {class: 'card panel'}, title, picture, words);
  let chart = null;

  function draw(panel, field, data) {
    words.textContent = heading(title, panel, field, data);
    picture.setAttribute('aria-label', `Truth and prediction of ${field.name}; ${words.textContent}`);
    chart ??= window.echarts.init(picture);
    const line = (name, values, look) => ({
      type: 'line', name, data: Array.from(values), symbol: 'none', lineStyle: {width: 1.6, ...look}, itemStyle: {color: look.color},
    });
    chart.setOption({
      animation: false,
      textStyle: {fontFamily: FONT},
      grid: {left: 8, right: 12, top: 46, bottom: 4, containLabel: true},
      legend: {top: 0, left: 0, textStyle: {color: colour('ink')}},
      tooltip: {trigger: 'axis', confine: true, valueFormatter: (value) => withUnit(value, field.unit)},
      xAxis: axis({type: 'category', data: Array.from(data.truth, (_, i) => i)}),
      yAxis: axis({type: 'value', scale: true, name: field.unit}),
      series: [
        line('truth', data.truth, {color: colour('line-a')}),
        line('prediction', data.prediction, {color: colour('line-b'), type: [5, 3]}),
        line('prediction − truth', data.error, {color: colour('muted'), type: [2, 3]}),
      ],
    });
  }
  new ResizeObserver(() => chart?.resize()).observe(picture);
  return {element, draw};
}
