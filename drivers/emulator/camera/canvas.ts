import sharp, { type Sharp } from 'sharp';

/** A part of a picture; may reach beyond its edges. Pixels. */
export interface Crop {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A decoded picture from which any crop can be drawn: beyond its edges the edge goes on. */
export class Canvas {
  /** RGB, 8 bits a channel, interleaved. */
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
  readonly scale: number;

  private constructor(data: Buffer, width: number, height: number, scale: number) {
    this.data = data;
    this.width = width;
    this.height = height;
    this.scale = scale;
  }

  /** @param scale what crops are given in is multiplied by it: smaller pictures are drawn faster */
  static async decode(image: Uint8Array, fullWidth: number, scale: number): Promise<Canvas> {
    const { data, info } = await sharp(image)
      .autoOrient()
      .flatten({ background: '#808080' })
      .toColourspace('srgb')
      .resize({ width: Math.max(1, Math.round(fullWidth * scale)) })
      .raw()
      .toBuffer({ resolveWithObject: true });
    return new Canvas(data, info.width, info.height, scale);
  }

  /** The crop, drawn at a size. */
  async draw(crop: Crop, width: number, height: number): Promise<Sharp> {
    const [left, top] = [Math.round(crop.left * this.scale), Math.round(crop.top * this.scale)];
    const [w, h] = [
      Math.max(1, Math.round(crop.width * this.scale)),
      Math.max(1, Math.round(crop.height * this.scale)),
    ];
    const margin = {
      left: Math.max(0, -left),
      top: Math.max(0, -top),
      right: Math.max(0, left + w - this.width),
      bottom: Math.max(0, top + h - this.height),
    };
    const { data, info } = await sharp(this.data, { raw: { width: this.width, height: this.height, channels: 3 } })
      .extend({ ...margin, extendWith: 'copy' })
      .raw()
      .toBuffer({ resolveWithObject: true });
    return sharp(data, { raw: { width: info.width, height: info.height, channels: 3 } })
      .extract({ left: left + margin.left, top: top + margin.top, width: w, height: h })
      .resize({ width, height, fit: 'fill' });
  }
}
