import NodeCache from 'node-cache';
import type { NarrativeTexts } from '../../application/ports/narrative-model.ts';

/** Texts of this process. node-cache throws when it is full: then the one that was kept longest goes. */
export function makeMemoryTexts(keepSeconds: number, mostTexts: number): NarrativeTexts {
  const store = new NodeCache({ stdTTL: keepSeconds, useClones: false, checkperiod: 0 });
  return {
    get: (key) => store.get<string>(key),
    keep: (key, text) => {
      const keys = store.keys();
      if (keys.length >= mostTexts && !store.has(key)) store.del(keys[0] ?? '');
      store.set(key, text);
    },
  };
}
