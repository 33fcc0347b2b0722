//! `Dice`: chance from a seed, one stream for each kind of choice, so that a fault taken out does not move the others.

/// SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators".
#[derive(Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    /// The stream of this name.
    pub(crate) fn new(seed: u64, stream: u64) -> Dice {
        let mut dice = Dice(seed.wrapping_mul(0xd134_2543_de82_ef95) ^ 0x5851_f42d_4c95_7f2d);
        dice.0 = dice.throw() ^ stream.wrapping_mul(0xff51_afd7_ed55_8ccd);
        dice
    }

    pub(crate) fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 up to, without, `n`.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.throw()) * u128::from(n)) >> 64) as u64
    }

    /// From `from` up to, without, `to`.
    pub(crate) fn between(&mut self, from: u64, to: u64) -> u64 {
        from + self.below(to - from)
    }

    /// True so often in a hundred.
    pub(crate) fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    pub(crate) fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len() as u64) as usize]
    }
}
