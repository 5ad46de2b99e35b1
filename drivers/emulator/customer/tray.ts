import type { VirtualCamera } from '../camera/virtual-camera.js';
import type { EmulatedMrzReader } from '../id-reader/mrz-reader.js';
import type { EmulatedSamReader } from '../id-reader/sam-reader.js';
import type { Props } from './props.js';

/** Where customers lay their documents: the reader for chips, and the one for zones with a camera above its glass. */
export class Tray {
  constructor(
    private readonly sam: EmulatedSamReader,
    private readonly mrz: EmulatedMrzReader,
    private readonly pageCamera: VirtualCamera,
    private readonly emptyGlass: Uint8Array,
  ) {}

  /** @param pulled it is taken away again before it was read */
  lay({ card, page }: Props, pulled: boolean): void {
    this.clear();
    if (card) {
      this.sam.faults.pullMidRead = pulled;
      this.sam.insert(card);
    }
    if (page) {
      this.pageCamera.show(() => page.picture);
      this.mrz.faults.spoilNext = pulled ? (zone) => this.#halfOf(zone) : undefined;
      this.mrz.insert(page.zone);
    }
  }

  clear(): void {
    this.sam.faults.pullMidRead = false;
    this.sam.remove();
    this.mrz.remove();
    this.pageCamera.show(() => this.emptyGlass);
  }

  #halfOf(zone: readonly string[]): readonly string[] {
    this.mrz.remove();
    return zone.slice(0, 1);
  }
}
