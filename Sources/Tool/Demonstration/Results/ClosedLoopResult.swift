package import CMCEvaluation

/// What the closed loop gave: a delta model trained beside one model, used on another through a token map.
///
/// The file `demo.json` of `cmc demo` is this value; keys are in snake case.
package struct ClosedLoopResult: Codable, Sendable, Equatable {
  /// What the file is.
  package var schema = "cmc.demo"
  /// The version of the schema.
  package var version = 1
  /// The program that computed it.
  package var tool: String
  /// The folder of the models.
  package var models: String
  /// The seed of the world that the models learnt; its test names are theirs alone.
  package var worldSeed: UInt64
  /// The seed of the held-out prompts, of shuffled maps and of the resamples.
  package var seed: UInt64
  /// How many held-out prompts every system answered.
  package var prompts: Int
  /// How the tokens of the second user's vocabulary meet those of the first.
  package var alignment: TokenShares
  /// The same for the tokens of the right answers to the prompts.
  package var answers: TokenShares
  /// The systems in the order of tables.
  package var systems: [System]
  /// Systems against each other, prompt by prompt.
  package var comparisons: [Comparison]
  /// The share of LoRA's gain over the untuned first user that the delta model reaches; nil where LoRA gains nothing.
  package var loraShare: Estimate?
  /// What each user answers under no steering; nil in results of versions that did not look.
  package var beyond: [Beyond]?
  /// Exact matches of both users over α.
  package var sweep: [SweepPoint]
  /// How alike the shifts of fine-tunings are; nil where the models for it are missing.
  package var shifts: Shifts?
  /// What the loop should show, and whether it does.
  package var claims: [Claim]
  /// Some answers, for people.
  package var examples: [Example]
  /// Seconds of everything.
  package var seconds: Double
  /// The most memory the process had, in bytes.
  package var peakMemory: Int
  /// The digest of the models and all settings; nil in results of versions that did not say it.
  package var run: String?

  /// Puts a result together.
  package init(
    tool: String, models: String, worldSeed: UInt64, seed: UInt64, prompts: Int, alignment: TokenShares,
    answers: TokenShares, systems: [System], comparisons: [Comparison], sweep: [SweepPoint], shifts: Shifts?,
    claims: [Claim], examples: [Example], seconds: Double, peakMemory: Int
  ) {
    (self.tool, self.models, self.worldSeed, self.seed) = (tool, models, worldSeed, seed)
    (self.prompts, self.alignment, self.answers) = (prompts, alignment, answers)
    (self.systems, self.comparisons, self.sweep) = (systems, comparisons, sweep)
    (self.shifts, self.claims, self.examples) = (shifts, claims, examples)
    (self.seconds, self.peakMemory) = (seconds, peakMemory)
  }

  /// The system of an id.
  package func system(_ id: ClosedLoopSystemID) -> System? { systems.first { $0.id == id } }
}

extension ClosedLoopResult {
  /// How many tokens a map places by each rule.
  package struct TokenShares: Codable, Sendable, Equatable {
    /// All of them.
    package var tokens: Int
    /// The same bytes, or the same role.
    package var exact: Int
    /// A target that is a prefix of the token.
    package var shorter: Int
    /// A target that the token is a prefix of.
    package var longer: Int
    /// A target by another rule: edit distance, or the target's own encoding.
    package var other: Int
    /// None.
    package var unmatched: Int

    /// No tokens.
    package init() { (tokens, exact, shorter, longer, other, unmatched) = (0, 0, 0, 0, 0, 0) }

    /// A share of the tokens; 0 of none.
    package func share(_ part: KeyPath<TokenShares, Int>) -> Double {
      tokens == 0 ? 0 : Double(self[keyPath: part]) / Double(tokens)
    }
  }

  /// A system and how it answered.
  package struct System: Codable, Sendable, Equatable {
    /// A short name, by which comparisons call it.
    package var id: ClosedLoopSystemID
    /// What it is, in words.
    package var title: String
    /// The user model; nil where none has a say.
    package var user: ClosedLoopUser?
    /// What kind of row it is.
    package var group: Group
    /// The factor of the delta model.
    package var alpha: Double?
    /// The map, in words; nil where none is needed.
    package var map: String?
    /// The share of prompts whose whole answer is right and ended.
    package var exactMatch: Estimate
    /// The share of answers in the right frame.
    package var format: Estimate
    /// The share of answers with the right name in its place.
    package var name: Estimate
    /// The share of answers with the right key and value.
    package var value: Estimate
    /// The share of answers with the right value anywhere, in a record or not; nil in results before it was counted.
    package var mention: Estimate?
    /// The share of tokens of the right answer that no other token beats; nil where no model ran.
    package var accuracy: Estimate?
    /// Nats a token of the right answer; nil where no model ran.
    package var loss: Double?
    /// How the map places the tokens of the right answers, where there is one.
    package var placed: TokenShares?
    /// Seconds of scoring and answering all prompts on one thread, other systems running beside it.
    package var seconds: Double?
    /// Generated tokens a second of that thread.
    package var tokensPerSecond: Double?
    /// Bytes of the files of weights: the user's, the delta's, an adapter's.
    package var weightBytes: Int?
    /// Exact matches by what was asked.
    package var attributes: [Attribute]

    /// Puts a row together.
    package init(
      id: ClosedLoopSystemID, title: String, user: ClosedLoopUser?, group: Group, alpha: Double?,
      map: String?,
      scores: Scores
    ) {
      (self.id, self.title, self.user, self.group) = (id, title, user, group)
      (self.alpha, self.map) = (alpha, map)
      (exactMatch, format, name, value) = (scores.exactMatch, scores.format, scores.name, scores.value)
      mention = scores.mention
      attributes = scores.attributes
    }
  }

  /// What kind of row a system is.
  package enum Group: String, Codable, Sendable, CaseIterable {
    /// Needs no model, or an untuned one.
    case baseline
    /// The delta model without a user.
    case alone
    /// Tuned itself: the upper bounds.
    case tuned
    /// Steered by the delta model.
    case steered
    /// Steered through another map.
    case map
    /// Steered by a delta model trained otherwise.
    case otherDelta = "other_delta"
  }

  /// Exact matches of the prompts that ask for one thing.
  package struct Attribute: Codable, Sendable, Equatable {
    /// What is asked for.
    package var name: String
    /// The share of exact matches, with its interval.
    package var exactMatch: Estimate
  }

  /// Two systems on the same prompts.
  package struct Comparison: Codable, Sendable, Equatable {
    /// The system that should be better.
    package var better: ClosedLoopSystemID
    /// The other.
    package var worse: ClosedLoopSystemID
    /// The first's exact matches less the second's, prompts drawn in pairs.
    package var difference: Estimate
    /// Prompts that only the first answers.
    package var wins: Int
    /// Prompts that only the second answers.
    package var losses: Int

    /// Puts a comparison together.
    package init(
      better: ClosedLoopSystemID, worse: ClosedLoopSystemID, difference: Estimate, wins: Int, losses: Int
    ) {
      (self.better, self.worse, self.difference) = (better, worse, difference)
      (self.wins, self.losses) = (wins, losses)
    }
  }

  /// The prompts that a user answers under no steering: its own limits, which are not the map's.
  ///
  /// A shift reorders what a user can write. What no map, no factor and no other delta model gets out of it, it has no
  /// preference for, and tuning its own weights (LoRA) shows whether it could have.
  package struct Beyond: Codable, Sendable, Equatable {
    /// The user.
    package var user: ClosedLoopUser
    /// How many steerings were tried: maps, factors and delta models.
    package var steerings: Int
    /// How many prompts none of them answers.
    package var prompts: Int
    /// What these ask for, the most frequent first: how many, of how many prompts that ask for it.
    package var attributes: [Part]
    /// The systems that matter: how many of these prompts each answers, and its share of all others.
    package var systems: [Rest]

    /// A thing that is asked for.
    package struct Part: Codable, Sendable, Equatable {
      /// Its name.
      package var name: String
      /// How many of the prompts beyond the user ask for it.
      package var prompts: Int
      /// How many prompts do in all.
      package var total: Int
    }

    /// A system without the prompts that are beyond the user.
    package struct Rest: Codable, Sendable, Equatable {
      /// The system.
      package var id: ClosedLoopSystemID
      /// How many of the prompts beyond the user it answers; a steering of the user none.
      package var answered: Int
      /// Exact matches of all other prompts.
      package var rest: Estimate
    }
  }

  /// One factor.
  package struct SweepPoint: Codable, Sendable, Equatable {
    /// α.
    package var alpha: Double
    /// Exact matches of the first user.
    package var one: Estimate
    /// Exact matches of the second user.
    package var two: Estimate

    /// Puts a point together.
    package init(alpha: Double, one: Estimate, two: Estimate) {
      (self.alpha, self.one, self.two) = (alpha, one, two)
    }
  }

  /// How alike what tuning did to the logits is, for every ordered pair of fine-tuned models.
  package struct Shifts: Codable, Sendable, Equatable {
    /// The runs in the order of rows and columns: what the first's and the second's tuning was for.
    package var runs: [String]
    /// The mean cosine of the shifts.
    package var cosine: [[Double?]]
    /// The Sinkhorn divergence, the paper's distance.
    package var sinkhorn: [[Double?]]
    /// Prompts.
    package var prompts: Int
    /// Same task against another, by 1 − cosine.
    package var cosineTest: Test
    /// The same by the Sinkhorn divergence.
    package var sinkhornTest: Test
    /// Both through a shuffled map: what is left then is not the map's doing, but shifts that all tokens share.
    package var shuffled: Shuffled?
    /// The mean centred cosine distance, each step's mean taken off; nil in results of versions that did not centre.
    package var centred: [[Double?]]?
    /// Same task against another by it.
    package var centredTest: Test?
    /// How much of the squared shifts of different users is each step's mean; nil like ``centred``.
    package var meanShare: Double?

    /// Puts the tables together.
    package init(
      runs: [String], cosine: [[Double?]], sinkhorn: [[Double?]], prompts: Int, cosineTest: Test,
      sinkhornTest: Test
    ) {
      (self.runs, self.cosine, self.sinkhorn, self.prompts) = (runs, cosine, sinkhorn, prompts)
      (self.cosineTest, self.sinkhornTest) = (cosineTest, sinkhornTest)
    }
  }

  /// The tests through a shuffled map.
  package struct Shuffled: Codable, Sendable, Equatable {
    /// By 1 − cosine.
    package var cosineTest: Test
    /// By the Sinkhorn divergence.
    package var sinkhornTest: Test
    /// By the centred cosine distance; nil in results of versions that did not centre.
    package var centredTest: Test?

    /// Puts both together.
    package init(cosineTest: Test, sinkhornTest: Test) {
      (self.cosineTest, self.sinkhornTest) = (cosineTest, sinkhornTest)
    }
  }

  /// A test of same-task against cross-task distances.
  package struct Test: Codable, Sendable, Equatable {
    /// The mean distance of the same task.
    package var same: Double
    /// That of different tasks.
    package var cross: Double
    /// The interval of same less cross.
    package var low: Double?
    /// Its upper end.
    package var high: Double?
    /// The probability of such a difference by chance; one side.
    package var p: Double

    /// Puts a test together.
    package init(same: Double, cross: Double, low: Double?, high: Double?, p: Double) {
      (self.same, self.cross, self.low, self.high, self.p) = (same, cross, low, high, p)
    }
  }

  /// What the loop should show.
  package struct Claim: Codable, Sendable, Equatable {
    /// In words, with the figure.
    package var text: String
    /// Whether it does.
    package var holds: Bool

    /// Puts a claim together.
    package init(_ text: String, holds: Bool) { (self.text, self.holds) = (text, holds) }
  }

  /// One prompt and what some systems answered.
  package struct Example: Codable, Sendable, Equatable {
    /// The prompt.
    package var prompt: String
    /// The right answer.
    package var answer: String
    /// The answers by system.
    package var answers: [Answer]

    /// Puts an example together.
    package init(prompt: String, answer: String, answers: [Answer]) {
      (self.prompt, self.answer, self.answers) = (prompt, answer, answers)
    }
  }

  /// What a system answered.
  package struct Answer: Codable, Sendable, Equatable {
    /// The system.
    package var system: ClosedLoopSystemID
    /// What it wrote.
    package var text: String
    /// Whether it is exactly right, and ended.
    package var isRight: Bool

    /// Puts an answer together.
    package init(system: ClosedLoopSystemID, text: String, isRight: Bool) {
      (self.system, self.text, self.isRight) = (system, text, isRight)
    }
  }
}
