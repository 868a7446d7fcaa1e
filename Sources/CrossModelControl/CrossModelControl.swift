// What a program needs to use the method: the types that the façade takes and gives come with it, so that
// `import CrossModelControl` is enough.

@_exported public import CMCAlignment
@_exported public import CMCControlledDecoding
@_exported public import CMCEvaluation
@_exported public import CMCLanguageModel
@_exported public import CMCLinearAlgebra
@_exported public import CMCLogitShift
@_exported public import CMCOptimalTransport
@_exported public import CMCPrimitives
@_exported public import CMCPrompts
@_exported public import CMCRecords
@_exported public import CMCRemoteModels
@_exported public import CMCTokenization
@_exported public import CMCTraining
@_exported public import CMCVocabulary
