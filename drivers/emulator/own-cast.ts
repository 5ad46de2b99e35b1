import { castOf, type Cast } from './cast.js';

/**
 * One customer: whoever stands in front of a real camera, with their photograph on a made-up document.
 * @throws `cast.invalid` when the photograph cannot be read
 */
export function ownCast(photo: string): Promise<Cast> {
  const document = { name: '张三', birth: '19900101', number: '110101199001010015', photo };
  const visitors = [{ label: 'the person in front of your camera', document }];
  return castOf({ visitors }, process.cwd(), photo);
}
