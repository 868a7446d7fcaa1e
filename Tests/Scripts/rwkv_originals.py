"""RWKV-7 by its two originals: flash-linear-attention, whose folders `cmc` reads, and the `rwkv` package of its author.

flash-linear-attention's kernels are Triton's; here Triton's interpreter runs them on a CPU. A position is read after
another (texts of fewer than 64 tokens), which is the definition; the kernel for longer texts computes the same.
"""

import contextlib
import io
import os
import tempfile
import warnings

os.environ["TRITON_INTERPRET"] = "1"
os.environ["TORCHDYNAMO_DISABLE"] = "1"
os.environ["RWKV_V7_ON"] = "1"
os.environ["RWKV_CUDA_ON"] = "0"
warnings.filterwarnings("ignore")

import torch
import triton.runtime.autotuner

# There is no device to time kernels on: the first form of each is taken.
triton.runtime.autotuner.Autotuner._bench = lambda self, *arguments, config, **others: [0.0, 0.0, 0.0]

from fla.models.rwkv7 import RWKV7Config, RWKV7ForCausalLM

def randomise(model, seed, size=0.6):
    """Every parameter anew. A state is a product of products: with larger weights float32 itself does not hold five
    digits."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            noise = torch.randn(parameter.shape, generator=generator)
            part = name.split(".")[-1]
            if part.startswith("x_") or part == "r_k":
                parameter.copy_(0.3 + noise * 0.4)
            elif parameter.dim() >= 2:
                embeds = "embeddings" in name
                parameter.copy_(noise * (0.2 if embeds else size / parameter.shape[-1] ** 0.5))
            else:
                neutral = 1.0 if "norm.weight" in name or part in ("k_k", "k_a") else 0.0
                parameter.copy_(neutral + noise * 0.3)


def logits(model, ids):
    """flash-linear-attention's logits of all positions in float32."""
    with torch.no_grad():
        return model.float().eval()(torch.tensor([ids]), use_cache=False).logits[0].float().numpy()


def load(folder):
    """The model of a folder, in float32; its class is not transformers' own."""
    return RWKV7ForCausalLM.from_pretrained(folder, dtype=torch.float32)


def author_names(state):
    """The tensors of flash-linear-attention's folder as the author's files have them: `utils/convert_from_rwkv7.py` of
    flash-linear-attention the other way round."""
    products = {"r_proj": "receptance", "k_proj": "key", "v_proj": "value", "o_proj": "output", "g_norm": "ln_x"}
    outer = {"embeddings": "emb", "norm": "ln_out", "lm_head": "head"}
    norms = {"pre_norm": "ln0", "attn_norm": "ln1", "ffn_norm": "ln2", "attn": "att", "ffn": "ffn"}
    result = {}
    for name, tensor in state.items():
        parts = name.removeprefix("model.").split(".")
        if parts[0] != "layers":
            result[".".join([outer[parts[0]], *parts[1:]])] = tensor
            continue
        parts[0], parts[2] = "blocks", norms[parts[2]]
        if parts[3].endswith("_lora"):
            kind, place, what = parts[3][0], parts[5], parts[6]
            number = "0" if what == "bias" else {"0": "1", "2": "2"}[place]
            parts = [*parts[:3], kind + number]
            tensor = tensor if number == "0" else tensor.t().contiguous()
        elif parts[2] == "att" and parts[3] in products:
            parts[3] = products[parts[3]]
        result[".".join(parts)] = tensor
    return result


def author_logits(state, ids):
    """The `rwkv` package's logits of all positions from the author's tensors; heads of 64 and no other ε alone."""
    from rwkv.model import RWKV_x070
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        path = os.path.join(folder, "model")
        torch.save(state, path + ".pth")
        model = RWKV_x070(path, "cpu fp32")
        return model.forward(ids, None, True)[0].float().numpy()
