/** What the address says after #: the source, the axis, the simulation and the runs compared. */

export function readLink() {
  const found = new URLSearchParams(location.hash.slice(1));
  return {
    source: found.get('source'),
    over: found.get('over') === 'time' ? 'time' : 'batches',
    simulation: /^\d+$/.test(found.get('simulation') ?? '') ? Number(found.get('simulation')) : null,
    compare: (found.get('compare') ?? '').split(',').filter((name) => name !== ''),
  };
}

/** Whether the address holds a link of the page, not just the name of a section. */
export const isLink = () => location.hash.includes('=');

/** Puts it there without a new entry in the history. */
export function writeLink({source, over, simulation, compare}) {
  const link = new URLSearchParams();
  if (source) link.set('source', source);
  if (over !== 'batches') link.set('over', over);
  if (simulation !== null) link.set('simulation', simulation);
  if (compare.length) link.set('compare', compare.join(','));
  const hash = `#${link}`;
  if (location.hash !== hash) history.replaceState(null, '', hash);
}
