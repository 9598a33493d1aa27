/** A picture as an address that carries it. */

import type { Image } from './model/blocks.ts';

export const dataUri = (image: Image): string => `data:${image.type};base64,${bytesOf(image).toString('base64')}`;

export const bytesOf = ({ data, encoding }: Image): Buffer => Buffer.from(data, encoding);
