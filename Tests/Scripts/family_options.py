"""Random configurations of the families that differ from Llama by a few options: for property_configurations.py.

A family has the class of its models, and its members of config.json with the values that are drawn for each. Members
that all of them have are drawn by `configuration`.
"""

LAYERS = "layers"  # drawn for each layer
TYPES = ["full_attention", "sliding_attention"]
ATTENTION = {"attention_bias": [True, False]}
MLP = {"mlp_bias": [True, False]}
WINDOW = {"sliding_window": [3, 5, None, 4096]}
LAYER_NORM = {"layer_norm_eps": [1e-5, 1e-2]}
PARALLEL = {"use_parallel_residual": [True, False]}
GRANITE = {"embedding_multiplier": [1, 3.5], "attention_multiplier": [0.25, 0.5], "residual_multiplier": [0.3, 1.0],
           "logits_scaling": [2, 0.7]}
EXPERTS = {"num_local_experts": [3, 4], "num_experts_per_tok": [1, 2, 3]}
# Of these the sizes are always drawn: the class's own make a large model.
SPARSE = {"num_experts_per_tok": [1, 2], "norm_topk_prob": [True, False], "decoder_sparse_step": [1, 2],
          "mlp_only_layers": [[], [0], [1, 7]], "moe_intermediate_size": [16]}
LATENT = ATTENTION | {
    "q_lora_rank": [None, 12], "kv_lora_rank": [8], "qk_rope_head_dim": [4], "qk_nope_head_dim": [8],
    "v_head_dim": [4, 8, 12], "n_routed_experts": [8], "n_shared_experts": [1, 2], "moe_intermediate_size": [16],
    "first_k_dense_replace": [0, 1, 9], "routed_scaling_factor": [1.0, 2.5], "n_group": [2, 4], "topk_group": [1, 2]}
STATE = {"state_size": [4, 12, 16], "expand": [2], "conv_kernel": [2, 4], "use_bias": [True, False],
         "use_conv_bias": [True, False], "layer_norm_epsilon": [1e-5, 1e-2], "residual_in_fp32": [True, False]}
SHARING = ATTENTION | {
    "sliding_window": [3, 5, 4096], "layer_types": (LAYERS, TYPES), "global_head_dim": [8, 24], "attention_k_eq_v": [True, False],
    "num_global_key_value_heads": [None, 1], "num_kv_shared_layers": [0, 0, 1, 2], "use_double_wide_mlp": [True, False],
    "final_logit_softcapping": [3.0, 30.0, None], "use_bidirectional_attention": [None, "vision", "vision", "all"]}
GEMMA4 = SHARING | {
    "hidden_size_per_layer_input": [0, 4, 12], "vocab_size_per_layer_input": [101, 130, 101, 40],
    "enable_moe_block": [True, False], "num_experts": [3, 5], "top_k_experts": [1, 2], "moe_intermediate_size": [16]}
STATE_FAMILIES = {"mamba", "mamba2"}
ALWAYS = {"n_groups", "expand", "mamba_n_heads", "mamba_d_state", "mamba_expand", "q_lora_rank", "kv_lora_rank", "qk_rope_head_dim", "qk_nope_head_dim", "v_head_dim", "n_routed_experts",
          "n_group", "topk_group", "n_shared_experts",
          "num_experts", "num_local_experts", "moe_intermediate_size", "shared_expert_intermediate_size",
          "num_experts_per_tok", "hidden_size_per_layer_input", "vocab_size_per_layer_input", "global_head_dim", "top_k_experts"}

FAMILIES = {
    "gemma": ("GemmaForCausalLM", ATTENTION | {"hidden_activation": [None, "relu"]}),
    "gemma2": ("Gemma2ForCausalLM", ATTENTION | WINDOW | {
        "query_pre_attn_scalar": [8, 16, 256], "final_logit_softcapping": [3.0, 30.0, None],
        "attn_logit_softcapping": [2.0, 50.0, None], "layer_types": (LAYERS, TYPES),
        "use_bidirectional_attention": [False, None]}),
    "seed_oss": ("SeedOssForCausalLM", ATTENTION | MLP | {"attention_out_bias": [True, False]}),
    "granite": ("GraniteForCausalLM", ATTENTION | MLP | GRANITE),
    "arcee": ("ArceeForCausalLM", ATTENTION | MLP),
    "olmo2": ("Olmo2ForCausalLM", ATTENTION),
    "olmo3": ("Olmo3ForCausalLM", ATTENTION | {"sliding_window": [3, 5, 4096], "layer_types": (LAYERS, TYPES)}),
    "exaone4": ("Exaone4ForCausalLM", WINDOW | {
        "sliding_window_pattern": [1, 2, 4, "LLLG"], "layer_types": (LAYERS, TYPES)}),
    "smollm3": ("SmolLM3ForCausalLM", ATTENTION | MLP | WINDOW | {
        "use_sliding_window": [True, False], "no_rope_layer_interval": [1, 2, 4], "no_rope_layers": (LAYERS, [0, 1]),
        "layer_types": (LAYERS, TYPES)}),
    "starcoder2": ("Starcoder2ForCausalLM", WINDOW | {"use_bias": [True, False], "norm_epsilon": [1e-5, 1e-2]}),
    "stablelm": ("StableLmForCausalLM", LAYER_NORM | PARALLEL | {
        "use_qkv_bias": [True, False], "qk_layernorm": [True, False], "partial_rotary_factor": [0.25, 0.5, 1.0]}),
    "phi3": ("Phi3ForCausalLM", WINDOW | {
        "partial_rotary_factor": [0.5, 1.0], "original_max_position_embeddings": [8, 16, 24, 64]}),
    "gpt_neox": ("GPTNeoXForCausalLM", LAYER_NORM | PARALLEL | ATTENTION | {
        "rotary_pct": [0.25, 0.5, 1.0], "rotary_emb_base": [10000, 300]}),
    "cohere": ("CohereForCausalLM", LAYER_NORM | ATTENTION | {
        "use_qk_norm": [True, False], "logit_scale": [0.0625, 0.7]}),
    "glm4": ("Glm4ForCausalLM", ATTENTION | {"partial_rotary_factor": [0.5, 1.0]}),
    "helium": ("HeliumForCausalLM", ATTENTION | MLP),
    "ministral3": ("Ministral3ForCausalLM", WINDOW | {"layer_types": (LAYERS, TYPES)}),
    "opt": ("OPTForCausalLM", {
        "enable_bias": [True, False], "do_layer_norm_before": [True, True, False],
        "_remove_final_layer_norm": [False, False, True], "layer_norm_elementwise_affine": [True, True, False]}),
    "mixtral": ("MixtralForCausalLM", WINDOW | {"num_local_experts": [3, 4], "num_experts_per_tok": [1, 2, 3]}),
    "qwen2_moe": ("Qwen2MoeForCausalLM", WINDOW | SPARSE | {
        "num_experts": [4, 7], "shared_expert_intermediate_size": [16, 20], "qkv_bias": [True, False],
        "use_sliding_window": [True, False], "max_window_layers": [0, 1, 28], "layer_types": (LAYERS, TYPES)}),
    "qwen3_moe": ("Qwen3MoeForCausalLM", WINDOW | SPARSE | ATTENTION | {
        "num_experts": [4, 7], "num_local_experts": [4], "use_sliding_window": [True, False]}),
    "olmoe": ("OlmoeForCausalLM", ATTENTION | {
        "num_experts": [4, 7], "num_experts_per_tok": [1, 2], "norm_topk_prob": [True, False],
        "clip_qkv": [None, 0.5, 4]}),
    "granitemoe": ("GraniteMoeForCausalLM", ATTENTION | GRANITE | EXPERTS),
    "gpt_oss": ("GptOssForCausalLM", ATTENTION | WINDOW | EXPERTS | {
        "swiglu_alpha": [1.702, 1.0], "swiglu_limit": [7.0, 0.5], "layer_types": (LAYERS, TYPES)}),
    "deepseek_v2": ("DeepseekV2ForCausalLM", LATENT | {
        "num_experts_per_tok": [1, 2], "topk_method": ["greedy", "group_limited_greedy"]}),
    "deepseek_v3": ("DeepseekV3ForCausalLM", LATENT | {
        "num_experts_per_tok": [1, 2, 4], "norm_topk_prob": [True, False], "rope_interleave": [True, False]}),
    "granitemoeshared": ("GraniteMoeSharedForCausalLM", ATTENTION | GRANITE | EXPERTS | {
        "shared_intermediate_size": [0, 16]}),
    "mamba": ("MambaForCausalLM", STATE | {"time_step_rank": ["auto", 3, 7], "intermediate_size": [20, 48, 72]}),
    "mamba2": ("Mamba2ForCausalLM", STATE | {"n_groups": [1, 2], "chunk_size": [4, 256]}),
    "granitemoehybrid": ("GraniteMoeHybridForCausalLM", ATTENTION | GRANITE | EXPERTS | {
        "num_local_experts": [0, 3, 4], "shared_intermediate_size": [16], "mamba_n_heads": [4, 8],
        "mamba_n_groups": [1, 2], "mamba_d_state": [8, 12], "mamba_d_conv": [2, 4], "mamba_expand": [2],
        "mamba_d_head": ["auto"], "mamba_conv_bias": [True, False], "mamba_proj_bias": [True, False],
        "position_embedding_type": [None, "rope", "nope"],
        "layer_types": (LAYERS, ["full_attention", "linear_attention", "mamba", "attention"])}),
    "gemma4_text": ("Gemma4ForCausalLM", GEMMA4),
    "gemma4": ("Gemma4ForConditionalGeneration", GEMMA4),
    "gemma4_unified": ("Gemma4UnifiedForConditionalGeneration", SHARING),
}
# Whose members are those of a text part.
WRAPPED = {"gemma4", "gemma4_unified"}
# Whose heads are always the hidden size divided by their number.
SQUARE = {"stablelm", "gpt_neox", "opt", "helium"}
GATELESS_DEFAULT = {"opt": "activation_function"}
FUNCTIONS = ["silu", "gelu", "gelu_new", "gelu_pytorch_tanh", "relu", "relu2", "quick_gelu"]


def state_configuration(rng, family):
    """Members for a family whose layers are states alone."""
    hidden, heads = rng.choice([16, 24, 32]), rng.choice([4, 8])
    config = {"vocab_size": rng.choice([40, 64, 101]), "hidden_size": hidden, "num_hidden_layers": rng.choice([1, 2, 3])}
    if family == "mamba2":
        config |= {"num_heads": heads, "head_dim": 2 * hidden // heads}
        if rng.random() < 0.5:
            config["time_step_limit"] = rng.choice([[0.0, float("inf")], [0.01, 0.1], [0.0, 0.05], None])
    if rng.random() < 0.5:
        config["hidden_act"] = rng.choice(FUNCTIONS)
    if rng.random() < 0.6:
        config["tie_word_embeddings"] = rng.random() < 0.5
    for key, values in FAMILIES[family][1].items():
        if rng.random() < 0.6 or key in ALWAYS:
            config[key] = rng.choice(values)
    return config


def configuration(rng, family, add_rotary):
    """Members for a family; `add_rotary` draws those of rotary embeddings."""
    if family in STATE_FAMILIES:
        return state_configuration(rng, family)
    head = rng.choice([8, 16])
    keys, groups = rng.choice([1, 2]), rng.choice([1, 2])
    if family in ("gpt_neox", "opt", "deepseek_v2", "deepseek_v3"):
        groups, keys = 1, rng.choice([2, 4])
    heads = keys * groups
    hidden = heads * (head if family in SQUARE or rng.random() < 0.6 else rng.choice([8, 16, 12]))
    layers = rng.choice([1, 2, 3, 5])
    config = {"vocab_size": rng.choice([40, 64, 101]), "hidden_size": hidden, "num_hidden_layers": layers,
              "num_attention_heads": heads, "max_position_embeddings": rng.choice([64, 2048])}
    config["ffn_dim" if family == "opt" else "intermediate_size"] = rng.choice([24, 50])
    if family not in ("gpt_neox", "opt"):
        config["num_key_value_heads"] = keys
    if family not in SQUARE | {"deepseek_v2", "deepseek_v3"} or family == "helium":
        config["head_dim"] = head
        if family in ("granite", "olmo2", "olmo3", "smollm3", "starcoder2", "phi3", "cohere", "exaone4") and rng.random() < 0.5:
            del config["head_dim"]
            config["hidden_size"] = heads * head
    if family not in ("stablelm", "gpt_neox", "cohere", "opt", "starcoder2") and rng.random() < 0.7:
        config["rms_norm_eps"] = rng.choice([1e-5, 1e-2])
    if family in ("phi3", "smollm3", "glm4"):
        # What is left out is a token that none of these vocabularies has.
        config["pad_token_id"] = rng.choice([0, 3, None])
    if family == "opt":
        config |= {"word_embed_proj_dim": hidden, "pad_token_id": None}
    if rng.random() < 0.5:
        name = "activation_function" if family == "opt" else "hidden_activation" if family[:6] in ("gemma2", "gemma4") else "hidden_act"
        config[name] = rng.choice(FUNCTIONS)
    if rng.random() < 0.6:
        config["tie_word_embeddings"] = rng.random() < 0.5
    for key, values in FAMILIES[family][1].items():
        if rng.random() < 0.6 or (key in ALWAYS and not (family == "qwen3_moe" and key == "num_local_experts")):
            config[key] = [rng.choice(values[1]) for _ in range(layers)] if isinstance(values, tuple) else rng.choice(values)
    if family == "granitemoehybrid" and not any("attention" == t or "full_attention" == t for t in config.get("layer_types", [])):
        # transformers cannot count the positions of a text where no layer has attention.
        config["layer_types"] = ["linear_attention"] * (layers - 1) + ["full_attention"]
    if family.startswith("gemma4") and rng.random() < 0.2:
        config["per_layer_config"] = rng.choice([None, {}, {
            str(layer): {"head_dim": 24} | ({"num_key_value_heads": 1} if rng.random() < 0.5 else {})
            for layer in range(layers) if config.get("layer_types", [""] * layers)[layer] == "full_attention" or layer == layers - 1}])
    if family.startswith("gemma4") and rng.random() < 0.9:
        # Mostly a model: without these the class, as cmc, has none.
        kinds = config.get("layer_types", ["sliding_attention"] * layers)[:-1] + ["full_attention"]
        if not set(kinds) <= set(kinds[:max(0, layers - config.get("num_kv_shared_layers", 0))]):
            del config["num_kv_shared_layers"]
    if family == "ministral3" and rng.random() < 0.7:
        config["rope_parameters"] = {
            "rope_type": "yarn", "rope_theta": 10000.0, "factor": 4.0,
            "original_max_position_embeddings": rng.choice([4, 8, 64]), "llama_4_scaling_beta": rng.choice([0.1, 0.5])}
    elif family == "phi3" and rng.random() < 0.5:
        pairs = int(config.get("head_dim", head) * config.get("partial_rotary_factor", 1.0)) // 2
        config["rope_scaling"] = {
            "type": rng.choice(["longrope", "su", "yarn"]), "short_factor": [1.5] * pairs, "long_factor": [3.0] * pairs}
    elif family != "opt" and (family != "phi3" or rng.random() < 0.3):
        add_rotary(rng, config, family, head)
    if family.startswith("gemma4") and rng.random() < 0.9:
        for own in (config.get("rope_parameters") or {}).values():
            if isinstance(own, dict):
                own.setdefault("rope_theta", 500.0)
    return config
