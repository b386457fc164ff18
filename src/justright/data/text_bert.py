"""The forward pass of a BERT encoder in NumPy: word pieces in, one vector per text out."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf

Array = NDArray[np.float32]

N_HEADS = 12  # attention heads of MiniLM-L6 (its config.json)
_EPSILON = np.float32(1e-12)  # keeps a layer norm finite (its config.json)
_FAR = np.float32(-1e9)  # logit of a place that must not be looked at


@dataclass(frozen=True, slots=True)
class Bert:
    """The weights of a BERT encoder, by the names that Hugging Face gives them.

    Attributes:
        weights: Name to weight; matrices are (outputs, inputs).
        n_heads: Attention heads of every layer.
    """

    weights: Mapping[str, Array]
    n_heads: int = N_HEADS

    @property
    def n_layers(self) -> int:
        """Transformer layers."""
        return sum(name.endswith("attention.self.query.bias") for name in self.weights)

    def embed(self, pieces: NDArray[np.int64], mask: NDArray[np.bool_]) -> Array:
        """The mean of each text's last hidden states, brought to length 1.

        Args:
            pieces: Word pieces, shape (texts, places), padded.
            mask: Whether a place holds a word piece, same shape; at least one per text.

        Returns:
            Shape (texts, hidden).

        Source:
            Devlin et al. 2019, arXiv:1810.04805; Reimers & Gurevych 2019, arXiv:1908.10084
            (mean pooling).
        """
        w = self.weights
        places = np.arange(pieces.shape[1])
        x = w["embeddings.word_embeddings.weight"][pieces]
        x = x + w["embeddings.position_embeddings.weight"][places]
        x = x + w["embeddings.token_type_embeddings.weight"][0]
        x = self._norm(x, "embeddings.LayerNorm")
        shut = np.where(mask, np.float32(0), _FAR)[:, None, None, :]
        for layer in range(self.n_layers):
            x = self._layer(x, shut, f"encoder.layer.{layer}")
        share = mask / mask.sum(1, keepdims=True, dtype=np.float32)
        mean = np.einsum("tph,tp->th", x, share.astype(np.float32))
        return np.asarray(mean / np.linalg.norm(mean, axis=1, keepdims=True))

    def _layer(self, x: Array, shut: Array, name: str) -> Array:
        """One transformer layer, shape (texts, places, hidden) in and out."""
        seen = self._dense(self._attention(x, shut, name), f"{name}.attention.output.dense")
        x = self._norm(x + seen, f"{name}.attention.output.LayerNorm")
        inner = _gelu(self._dense(x, f"{name}.intermediate.dense"))
        outer = self._dense(inner, f"{name}.output.dense")
        return self._norm(x + outer, f"{name}.output.LayerNorm")

    def _attention(self, x: Array, shut: Array, name: str) -> Array:
        """Each place as a mixture of what the other places hold."""
        n_texts, n_places, hidden = x.shape

        def heads(part: str) -> Array:
            out = self._dense(x, f"{name}.attention.self.{part}")
            apart = out.reshape(n_texts, n_places, self.n_heads, hidden // self.n_heads)
            return np.asarray(apart.transpose(0, 2, 1, 3))

        logits = heads("query") @ heads("key").transpose(0, 1, 3, 2)
        logits = logits / np.float32(np.sqrt(hidden // self.n_heads)) + shut
        powers = np.exp(logits - logits.max(-1, keepdims=True))
        mixed = (powers / powers.sum(-1, keepdims=True)) @ heads("value")
        return np.asarray(mixed.transpose(0, 2, 1, 3).reshape(n_texts, n_places, hidden))

    def _dense(self, x: Array, name: str) -> Array:
        flat = x.reshape(-1, x.shape[-1])  # one large product is faster than one per text
        out = flat @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"]
        return np.asarray(out.reshape(*x.shape[:-1], -1))

    def _norm(self, x: Array, name: str) -> Array:
        x = x - x.mean(-1, keepdims=True)
        spread = np.sqrt(np.square(x).mean(-1, keepdims=True) + _EPSILON)
        return np.asarray(
            x / spread * self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"]
        )


def _gelu(x: Array) -> Array:
    """x · Φ(x), with the exact normal distribution.

    Source:
        Hendrycks & Gimpel 2016, arXiv:1606.08415
    """
    return np.asarray(np.float32(0.5) * x * (1 + erf(x * np.float32(np.sqrt(0.5)))))
