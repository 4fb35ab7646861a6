/** The rows of a study's shards over time: fetched, added to as they come, and put together. */

const SUMMED = [
  'batches', 'samplesTrained', 'inserts', 'samplesPerSecond', 'insertsPerSecond',
  'reservoirSeen', 'reservoirUnseen', 'reservoirCapacity', 'checkpointBytes',
];
const AVERAGED = [
  'loss', 'freshLoss', 'validationLoss', 'learningRate', 'stepMillis', 'sampleAge', 'gradientNorm',
];
const LARGEST = ['stallMillis', 'lag'];
const COLUMNS = ['time', ...SUMMED, ...AVERAGED, ...LARGEST];

const empty = () => Object.fromEntries(COLUMNS.map((column) => [column, []]));

const columnsOf = (shard) =>
  Object.fromEntries(COLUMNS.map((column) => [column, shard[column] ?? shard.time.map(() => null)]));

/** The first row at or after a time. */
function firstFrom(times, time) {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Rows `from` to `to` (not included) of every column. */
const cut = (rows, from, to) =>
  Object.fromEntries(COLUMNS.map((column) => [column, rows[column].slice(from, to)]));

const joined = (...parts) =>
  Object.fromEntries(COLUMNS.map((column) => [column, parts.flatMap((part) => part[column])]));

/** Rows of one source, by shard. `version` grows with every change. */
export class Series {
  #shards = new Map();
  #detail = null;
  #together = null;
  version = 0;

  /** Replaces everything by an answer of /api/series, or by what was pushed whole. */
  set(answer) {
    this.#shards = new Map(answer.shards.map((shard) => [shard.shard, columnsOf(shard)]));
    this.#detail = null;
    this.#changed();
  }

  /** Adds rows that were pushed behind those that are there. */
  add(increment) {
    for (const shard of increment.shards) {
      const rows = this.#shards.get(shard.shard) ?? empty();
      const fresh = columnsOf(shard);
      for (const column of COLUMNS) rows[column].push(...fresh[column]);
      this.#shards.set(shard.shard, rows);
    }
    this.#changed();
  }

  /** Puts the finer rows of a stretch in the place of the coarse ones; null takes them out. */
  setDetail(answer) {
    this.#detail = answer && new Map(answer.shards.map((shard) => [shard.shard, columnsOf(shard)]));
    this.#changed();
  }

  get isEmpty() {
    return ![...this.#shards.values()].some((rows) => rows.time.length > 0);
  }

  /** When the first row was reported, epoch milliseconds; null before. */
  get start() {
    const first = [...this.#shards.values()].map((rows) => rows.time[0]).filter((time) => time);
    return first.length ? Math.min(...first) : null;
  }

  /** Every shard's rows: [{shard, rows}], ordered. */
  each() {
    return [...this.#shards.keys()]
      .sort((a, b) => a - b)
      .map((shard) => ({shard, rows: this.#withDetail(shard)}));
  }

  #withDetail(shard) {
    const rows = this.#shards.get(shard);
    const detail = this.#detail?.get(shard);
    if (!detail || detail.time.length === 0) return rows;
    const before = firstFrom(rows.time, detail.time[0]);
    const after = firstFrom(rows.time, detail.time.at(-1) + 1);
    return joined(cut(rows, 0, before), detail, cut(rows, after, rows.time.length));
  }

  /**
   * All shards as one: counts and rates added up, losses averaged. The rows are those of the shard
   * with the most; of the others the newest known at each time.
   */
  together() {
    if (this.#together === null) this.#together = this.#put();
    return this.#together;
  }

  #put() {
    const all = this.each().map(({rows}) => rows).filter((rows) => rows.time.length > 0);
    if (all.length === 0) return empty();
    if (all.length === 1) return all[0];
    const lead = all.reduce((most, rows) => (rows.time.length > most.time.length ? rows : most));
    const result = empty();
    const places = all.map(() => 0);
    for (const time of lead.time) {
      all.forEach((rows, i) => {
        while (places[i] + 1 < rows.time.length && rows.time[places[i] + 1] <= time) places[i]++;
      });
      result.time.push(time);
      this.#row(all, places, time, result);
    }
    return result;
  }

  #row(all, places, time, result) {
    const put = (columns, of) => {
      for (const column of columns) {
        const values = [];
        all.forEach((rows, i) => {
          const value = rows.time[places[i]] <= time ? rows[column][places[i]] : null;
          if (value !== null) values.push(value);
        });
        result[column].push(values.length ? of(values) : null);
      }
    };
    const sum = (values) => values.reduce((a, b) => a + b, 0);
    put(SUMMED, sum);
    put(AVERAGED, (values) => sum(values) / values.length);
    put(LARGEST, (values) => Math.max(...values));
  }

  #changed() {
    this.#together = null;
    this.version++;
  }
}
