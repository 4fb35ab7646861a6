/** The charts over batches or time: losses, throughput, lag, learning rate, reservoir, checkpoints. */

import {Chart, axis} from './chart.js';
import {byId, coarse, throttled} from './dom.js';
import * as format from './format.js';
import {HISTORIES} from './histories.js';
import {colour} from './theme.js';
import {Zoom} from './zoom.js';

const MOST_TABLE_ROWS = 40;
const UNITS = [
  {name: 's', millis: 1e3},
  {name: 'min', millis: 6e4},
  {name: 'h', millis: 36e5},
];
const OTHER_LINES = ['line-d', 'line-e', 'line-f', 'line-g', 'muted'];
const OTHER_DASHES = [[8, 3], [3, 3], [10, 3, 2, 3], [1, 3], [14, 4]];

export class History {
  #series;
  #others = () => [];
  #charts = [];
  #over = 'batches';
  #spread = 'together';
  #byColumn = 'validationLoss';
  zoom;

  /** @param zoomed called after a pause with the stretch as times [from, to] in epoch ms, or null */
  constructor(series, zoomed) {
    this.#series = series;
    const tell = throttled(300, () => zoomed(this.zoom.isZoomed ? this.#times() : null));
    this.zoom = new Zoom(() => this.#extent(), () => {
      this.refresh();
      tell();
    });
    for (const plan of HISTORIES) this.#add(plan);
    this.#listen();
  }

  #add(plan) {
    const chart = new Chart(document.querySelector(`[data-chart="${plan.id}"]`), {
      ...plan,
      option: () => this.#option(plan),
      summary: () => this.#summary(plan),
      table: () => this.#table(plan),
      made: (made) => {
        if (plan.slider) {
          // ECharts must have ended its own update before it is given new rows.
          made.instance.on('datazoom', () => requestAnimationFrame(() => {
            const {startValue, endValue} = made.instance.getOption().dataZoom[0];
            this.zoom.set(startValue * this.#unit().millis, endValue * this.#unit().millis);
          }));
        }
      },
    });
    if (plan.slider) chart.picture.dataset.slider = 'yes';
    this.zoom.listenTo({
      picture: chart.picture,
      get instance() {
        return {convertFromPixel: (finder, x) => chart.instance.convertFromPixel(finder, x) * scale()};
      },
    });
    const scale = () => this.#unit().millis;
    this.#charts.push(chart);
  }

  #listen() {
    byId('axis').addEventListener('change', (event) => this.setOver(event.target.value));
    byId('spread').addEventListener('change', (event) => {
      this.#spread = event.target.value;
      this.refresh();
    });
    for (const button of document.querySelectorAll('[data-zoom]')) {
      const keys = {in: '+', out: '-', all: '0'};
      button.addEventListener('click', () => this.zoom.press(keys[button.dataset.zoom]));
    }
  }

  /** 'batches' or 'time'. */
  get over() {
    return this.#over;
  }

  setOver(over) {
    this.#over = over;
    for (const radio of document.querySelectorAll('input[name=axis]')) radio.checked = radio.value === over;
    this.zoom.reset();
  }

  /** Another source's rows. */
  show(series) {
    this.#series = series;
    this.zoom.reset();
  }

  /** Runs laid over the losses: a function that gives [{name, series}]. */
  compare(others, column) {
    this.#others = others;
    this.#byColumn = column;
    this.refresh();
  }

  refresh() {
    this.zoom.follow();
    const [from, to] = this.zoom.range;
    const unit = this.#unit();
    byId('window').textContent = this.zoom.isZoomed
      ? `${format.tick(from / unit.millis)} to ${format.tick(to / unit.millis)} ${unit.name}` : '';
    this.#charts.forEach((chart) => chart.refresh());
  }

  /** Where a row lies on the axis: batches done, or milliseconds since the first report. */
  #x(rows, i, start) {
    return this.#over === 'batches' ? rows.batches[i] : rows.time[i] - start;
  }

  #all() {
    const shown = this.#spread === 'together'
      ? [{shard: null, rows: this.#series.together()}] : this.#series.each();
    return shown.map((part) => ({...part, start: this.#series.start}));
  }

  #extent() {
    let most = 0;
    for (const {rows, start} of [...this.#all(), ...this.#compared()]) {
      if (rows.time.length > 0) most = Math.max(most, this.#x(rows, rows.time.length - 1, start));
    }
    return [0, most || 1];
  }

  #compared() {
    return this.#others().map(({name, series}) => ({name, rows: series.together(), start: series.start}));
  }

  /** The unit that the axis counts in. */
  #unit() {
    if (this.#over === 'batches') return {name: 'batches', millis: 1};
    const [, most] = this.#extent();
    return UNITS.findLast((unit) => most >= 3 * unit.millis) ?? UNITS[0];
  }

  /** The stretch shown as wall-clock times. */
  #times() {
    const rows = this.#series.together();
    if (rows.time.length === 0) return null;
    const [from, to] = this.zoom.range;
    const start = this.#series.start;
    let first = rows.time.length - 1;
    let last = 0;
    rows.time.forEach((time, i) => {
      const x = this.#x(rows, i, start);
      if (x >= from) first = Math.min(first, i);
      if (x <= to) last = Math.max(last, i);
    });
    return [rows.time[Math.max(0, first - 1)], rows.time[Math.min(rows.time.length - 1, last + 1)]];
  }

  /**
   * The points of a line inside the stretch, and the next on either side: [x, height, time, value].
   * The height is that of the value, or of both when the line stands on another column.
   */
  #points({rows, start}, column, isLog, on = null) {
    const [from, to] = this.zoom.range;
    const unit = this.#unit().millis;
    const points = [];
    let before = null;
    for (let i = 0; i < rows.time.length; i++) {
      const y = rows[column][i];
      if (y === null || (isLog && y <= 0)) continue;
      const x = this.#x(rows, i, start);
      const point = [x / unit, on === null ? y : y + rows[on][i], rows.time[i], y];
      if (x < from) {
        before = point;
        continue;
      }
      if (before !== null) points.push(before);
      before = null;
      points.push(point);
      if (x > to) break;
    }
    return points;
  }

  #lines(plan) {
    const lines = [];
    const parts = this.#all();
    for (const line of plan.lines) {
      for (const part of parts) {
        const points = this.#points(part, line.column, plan.log, line.on);
        if (points.length === 0) continue;
        const shard = part.shard === null || parts.length < 2 ? '' : `, shard ${part.shard}`;
        // One name for all shards: the legend shows and hides them together.
        lines.push({line, points, name: line.name, shard, faded: part.shard > 0 ? 0.55 : 1});
      }
    }
    if (plan.compares) {
      this.#compared().forEach((part, i) => {
        const points = this.#points(part, this.#byColumn, plan.log);
        const look = {
          colour: OTHER_LINES[i % OTHER_LINES.length], width: 1.6, dash: OTHER_DASHES[i % OTHER_DASHES.length], z: 4,
        };
        if (points.length > 0) lines.push({line: look, points, name: part.name, shard: '', faded: 1});
      });
    }
    return lines;
  }

  #option(plan) {
    if (this.#series.isEmpty) return null;
    const lines = this.#lines(plan);
    if (lines.length === 0) return null;
    const [from, to] = this.zoom.range;
    const [least, most] = this.#extent();
    const unit = this.#unit();
    const show = (x) => x / unit.millis;
    const hasSlider = plan.slider === true;
    return {
      grid: {top: 46, bottom: hasSlider ? 44 : 4},
      legend: {itemStyle: {opacity: 0}},
      xAxis: axis({
        type: 'value', min: show(hasSlider ? least : from), max: show(hasSlider ? most : to),
        axisLabel: {formatter: (x) => format.tick(x) + (this.#over === 'time' && x !== 0 ? ` ${unit.name}` : ''), showMaxLabel: false, showMinLabel: !this.zoom.isZoomed},
      }),
      yAxis: plan.right ? [this.#yAxis(plan, lines), this.#rightAxis(plan, lines)] : this.#yAxis(plan, lines),
      dataZoom: hasSlider ? [this.#slider(show(from), show(to))] : [],
      tooltip: {formatter: (points) => this.#tooltip(lines, plan, points, unit)},
      series: lines.map((each) => this.#drawn(plan, each)),
    };
  }

  #yAxis(plan, lines) {
    const log = plan.log ? logBounds(lines) : {};
    return axis({
      type: plan.log ? 'log' : 'value', scale: !plan.fromZero, ...log,
      name: plan.unit, nameLocation: 'end', nameGap: 8,
      nameTextStyle: {align: 'left', color: colour('muted'), fontSize: 11, padding: [0, 0, 0, -18]},
      minorSplitLine: {show: plan.log === true, lineStyle: {color: colour('faint'), opacity: 0.6}},
      axisLabel: {formatter: format.tick},
    });
  }

  #rightAxis({right}, lines) {
    const most = Math.max(1, ...lines.filter(({line}) => line.onRight).flatMap(({points}) => points.map((point) => point[1])));
    const unit = binaryUnit(most);
    const step = round(most / 4 / unit.bytes, [1, 2, 5, 10], Math.min) * unit.bytes;
    return axis({
      type: 'value', min: 0, interval: step, max: step * Math.ceil(most / step), name: right.unit, nameGap: 8, splitLine: {show: false},
      nameTextStyle: {align: 'right', color: colour('muted'), fontSize: 11},
      axisLabel: {formatter: (bytes) => (bytes === 0 ? '0' : `${format.tick(bytes / unit.bytes)} ${unit.name}`)},
    });
  }

  #slider(from, to) {
    return {
      type: 'slider', xAxisIndex: 0, startValue: from, endValue: to, filterMode: 'none', bottom: 6, height: 20,
      showDataShadow: false, brushSelect: false, borderColor: colour('line'), fillerColor: colour('filler'),
      handleSize: coarse.matches ? '160%' : '110%', handleStyle: {color: colour('card'), borderColor: colour('muted')},
      moveHandleSize: 0, textStyle: {color: colour('muted'), fontSize: 11}, labelFormatter: (x) => format.tick(x),
    };
  }

  #drawn(plan, {line, points, name, faded}) {
    const stroke = colour(line.colour);
    return {
      type: 'line', name, yAxisIndex: line.onRight ? 1 : 0, data: points, symbol: points.length < 2 ? 'circle' : 'none', symbolSize: 5,
      step: line.step ?? false, connectNulls: true,
      lineStyle: {color: stroke, width: line.width ?? 1.4, type: line.dash ?? 'solid', opacity: faded},
      itemStyle: {color: stroke, opacity: faded},
      areaStyle: line.area ? {color: colour(line.area), opacity: 1} : null,
      emphasis: {disabled: true}, z: line.z ?? 2,
    };
  }

  #tooltip(lines, plan, pointed, unit) {
    // Rows may have been replaced while the pointer rests on the chart.
    const points = pointed.filter(({data}) => Array.isArray(data));
    if (points.length === 0) return '';
    const [x, , time] = points[0].data;
    const head = unit.name === 'batches' ? `${format.count(x)} batches` : `${x.toFixed(2)} ${unit.name}`;
    const rows = points.map(({seriesName, seriesIndex, data, marker}) => {
      const show = lines[seriesIndex]?.line.show ?? plan.show;
      const name = seriesName + (lines[seriesIndex]?.shard ?? '');
      return `<tr><td>${marker} ${format.escaped(name)}</td><td class="number">${format.escaped(show(data[3]))}</td></tr>`;
    });
    return `<b>${head}</b> <span class="muted">${format.clock(time)}</span><table class="tip">${rows.join('')}</table>`;
  }

  #summary(plan) {
    const parts = this.#lines(plan).map(({name, shard, points, line}) => {
      const values = points.map((point) => point[3]);
      const show = line.show ?? plan.show;
      return `${name}${shard}: now ${show(values.at(-1))}, between ${show(Math.min(...values))} and ${show(Math.max(...values))}`;
    });
    return `${parts.join('. ')}. Over ${this.#over}.`;
  }

  #table(plan) {
    const rows = this.#series.together();
    const every = Math.max(1, Math.ceil(rows.time.length / MOST_TABLE_ROWS));
    const kept = rows.time.map((_, i) => i).filter((i) => (rows.time.length - 1 - i) % every === 0).reverse();
    return {
      columns: ['Time', '#Batches', ...plan.lines.map((line) => `#${line.name}`)],
      rows: kept.map((i) => [
        format.clock(rows.time[i]), format.count(rows.batches[i]),
        ...plan.lines.map((line) => (line.show ?? plan.show)(rows[line.column][i])),
      ]),
    };
  }
}

/** The ends of a logarithmic axis: the nearest 1, 2 or 5 of a power of ten outside the values. */
function logBounds(lines) {
  let low = Infinity;
  let high = 0;
  for (const {points} of lines) {
    for (const [, y] of points) {
      low = Math.min(low, y);
      high = Math.max(high, y);
    }
  }
  return {min: round(low, [1, 2, 5], Math.max), max: round(high, [1, 2, 5, 10], Math.min)};
}

/** The largest binary unit that is not above a number of bytes. */
function binaryUnit(bytes) {
  const power = Math.max(0, Math.min(4, Math.floor(Math.log(bytes) / Math.log(1024))));
  return {bytes: 1024 ** power, name: ['B', 'KiB', 'MiB', 'GiB', 'TiB'][power]};
}

function round(value, steps, choose) {
  const power = 10 ** Math.floor(Math.log10(value));
  const isBelow = choose === Math.max;
  const fitting = steps.filter((step) => (isBelow ? step * power <= value * 1.0001 : step * power >= value * 0.9999));
  return Number((choose(...fitting) * power).toPrecision(3));
}
