/** Tries that teach: what to set, and what to look at. */

const bare = { normalisation: "none", residual: false };

export const PRESETS = [
  { key: "vanishing", name: "Vanishing gradients: 8 layers of sigmoids", set: "moons",
    levers: { depth: 8, width: 32, activation: "logistic", init: "glorot_uniform", optimizer: "sgd", learning_rate: 0.1, ...bare },
    look: "Look at the gradient by layer: each layer below the output gets a fraction of the one above, and the first hardly learns. Then choose ReLU, or batch normalisation, and compare." },
  { key: "rate", name: "A rate that is too high", set: "moons",
    levers: { optimizer: "sgd", learning_rate: 3 },
    look: "Look at the loss: it climbs or is lost, while the twin at a third of the rate may still learn. Then move the rate down until the three lie together." },
  { key: "dead", name: "Dead ReLUs", set: "xor",
    levers: { depth: 4, width: 16, activation: "relu", init: "lecun_normal", optimizer: "sgd", learning_rate: 1, ...bare },
    look: "Look at the silent units: after a step that was too large they are 0 on every row, no gradient passes, and the surface stays flat. Then choose leaky ReLU, or a lower rate." },
  { key: "overfit", name: "Over-fitting", set: "few-moons",
    levers: { depth: 3, width: 128, dropout: 0, weight_decay: 0, learning_rate: 0.01 },
    look: "Look at the gap: the training loss goes to zero while the validation loss rises, and the surface winds around single points. Pin this try, and take the next one." },
  { key: "dropout", name: "The same with dropout", set: "few-moons",
    levers: { depth: 3, width: 128, dropout: 0.5, weight_decay: 0, learning_rate: 0.01 },
    look: "Look at the validation loss beside the pinned try: it rises less, and the surface is smoother; the training loss no longer reaches zero." },
  { key: "batch", name: "Two rows a step", set: "moons",
    levers: { batch_size: 2, optimizer: "sgd", learning_rate: 0.05, schedule: "constant" },
    look: "Look at how the curves jitter: two rows say little of where to go. Then raise the batch size; the curves calm down, and a higher rate becomes possible." },
];
