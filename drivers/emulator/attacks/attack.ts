import { CHALLENGE_STEPS } from '../../../src/contracts/face-verifier.js';
import type { FaceEngine } from '../../../src/contracts/face-engine.js';
import { Live } from '../camera/live.js';
import type { Performer } from '../camera/performer.js';
import { Sitter } from '../camera/sitter.js';
import { print, PrintHolder } from './print.js';
import { Replay } from './replay.js';
import { SecondPerson } from './second-person.js';
import type { Species } from './species.js';

/**
 * An attacker; each call of the result is another try.
 * @param faces photographs: of the holder whom the attacker wants to pass for; for `second-person` the helper's first
 */
export async function attack(
  species: Species,
  faces: readonly Uint8Array[],
  engine: FaceEngine,
  random: () => number,
): Promise<() => Performer> {
  const [first = new Uint8Array(), second = first] = faces;
  switch (species) {
    case 'screen-replay': {
      const sitter = await Sitter.of(first, engine);
      return () => new Replay(sitter, shuffled(CHALLENGE_STEPS, random), random);
    }
    case 'second-person': {
      const helper = await Sitter.of(first, engine);
      const holder = await print(second, engine);
      return () => new SecondPerson(new Live(helper, random), new PrintHolder(holder, 'photo-moved', random));
    }
    case 'photo-still':
    case 'photo-moved':
    case 'photo-tilted':
    case 'photo-bent':
    case 'cut-eyes': {
      const paper = await print(first, engine);
      return () => new PrintHolder(paper, species, random);
    }
  }
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
