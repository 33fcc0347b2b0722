// Before all: what this run's numbers and references come from. Given in the environment, they come again.

export default function seed() {
  console.log(`MALIPO_E2E_SEED=${process.env.MALIPO_E2E_SEED}`);
}
