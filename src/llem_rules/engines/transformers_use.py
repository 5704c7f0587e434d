"""Runs inside the engine's environment: ``generate`` with a tiny model of random weights, made in memory.

The worker is given this file as text (``Use.source``). The model has one layer, sixteen wide, thirty-two tokens, and
weights large enough that what it says depends on what was said before. Outcomes are compared within one process only.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch  # type: ignore[import-not-found]
from transformers import (  # type: ignore[import-not-found]
    LlamaConfig,
    LlamaForCausalLM,
    StoppingCriteria,
    StoppingCriteriaList,
)

# The first is the shortest that there can be: what is refused of it is refused of every prompt. The second repeats itself.
PROMPTS = ((3,), (7, 8, 9, 7, 8))
SEEDS = (0, 1)
USUAL_LENGTH = 8  # new tokens, where the config does not say how many at most
LONGEST = 40  # new tokens, whatever it says


class Enough(StoppingCriteria):  # type: ignore[misc]
    """Stops after so many tokens, beside the config: a length set in it would be one that the config did not give."""

    def __init__(self, length: int) -> None:
        self.length = length

    def __call__(self, input_ids: Any, _scores: Any, **_more: Any) -> Any:
        return torch.full(
            (input_ids.shape[0],), input_ids.shape[1] >= self.length, dtype=torch.bool, device=input_ids.device
        )


def prepare() -> Any:
    """The model, with its own generation config at the library's defaults, save the special tokens."""
    torch.set_num_threads(1)
    torch.manual_seed(11)  # of the first dozen, the one under which the most fields make a difference
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=32,
            hidden_size=16,
            intermediate_size=16,
            num_hidden_layers=1,
            num_attention_heads=2,
            num_key_value_heads=2,
            max_position_embeddings=64,
            initializer_range=0.5,
            bos_token_id=1,
            eos_token_id=2,
            pad_token_id=0,
        )
    ).eval()
    model.generate(torch.tensor([PROMPTS[0]]), max_new_tokens=1)
    return model


def defaults(model: Any) -> dict[str, Any]:
    """What ``generate`` takes a field for that is not given. Before 5.0 the constructor itself filled in the defaults."""
    config = model.generation_config
    own = {name: value for name, value in vars(config).items() if value is not None}
    late = getattr(config, "_get_default_generation_params", dict)
    return {**late(), **own}


def use(model: Any, config: Any) -> Iterator[Any]:
    """What comes out, by prompt and seed: the tokens, and which further parts are returned."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = model.to(
        device
    )  # here, in the case's own process: the one that all are forked from must stay without a context
    room = _room(config)
    lengthless = all(vars(config).get(name) is None for name in ("max_length", "max_new_tokens"))
    for prompt in [one for one in PROMPTS if len(one) < room] or PROMPTS[:1]:
        enough = len(prompt) + (USUAL_LENGTH if lengthless else LONGEST)
        for seed in SEEDS:
            torch.manual_seed(seed)
            drawn = _drawn(device)
            output = model.generate(
                torch.tensor([prompt], device=device),
                attention_mask=torch.ones(1, len(prompt), dtype=torch.long, device=device),
                generation_config=config,
                stopping_criteria=StoppingCriteriaList([Enough(enough)]),
            )
            yield _parts(output, enough)
            if torch.equal(drawn, _drawn(device)):
                break  # nothing was drawn: the other seeds would give the same


def _drawn(device: str) -> Any:
    """The state that random numbers are drawn from, all devices together."""
    state = torch.get_rng_state()
    return torch.cat([state, torch.cuda.get_rng_state()]) if device == "cuda" else state


def _room(config: Any) -> float:
    """How long a prompt may be below the config's own length: which prompts are longer is no fact of the config."""
    fields = vars(config)
    longest = fields.get("max_length")
    measured = fields.get("max_new_tokens") is None and isinstance(longest, (int, float))
    return longest if measured else float("inf")


def _parts(output: Any, enough: int) -> Any:
    # Some modes write several tokens before they ask whether it is enough.
    if isinstance(output, torch.Tensor):
        return output[:, :enough].tolist()
    return [output.sequences[:, :enough].tolist(), sorted(name for name, value in output.items() if value is not None)]
