// Preloaded (`--import`): every look at the clock is years away from the one before, back and forth.
const RealDate = Date;
const year = 365.25 * 24 * 60 * 60 * 1000;
let looks = 0;
const jumped = () => RealDate.now() + [0, 40, -30, 5, -3][looks++ % 5] * year;

globalThis.Date = class extends RealDate {
  constructor(...given) {
    super(...(given.length === 0 ? [jumped()] : given));
  }

  static now() {
    return jumped();
  }
};
