using System.Text.Json.Serialization;

namespace Simulator;

/// <summary>What `status` prints. Times are seconds of CLOCK_MONOTONIC; units are SI, megahertz and rpm.</summary>
public sealed record WorldStatus(
    double Now,
    bool RailOn,
    double? RailOffAt,
    double CoreVolts,
    double Watts,
    double ChipDegrees,
    double RegulatorDegrees,
    double HottestDegrees,
    double FanDuty,
    bool FanFollowsTable,
    double FanRpm,
    bool ResetLow,
    double? ResetLowAt,
    double Megahertz,
    double HashRate,
    long JobsReceived,
    double? LastJobAt,
    long ResultsOnWire,
    long ResultsDamaged,
    int BadRequests,
    int RegulatorStoreCommands);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(WorldStatus))]
internal sealed partial class WorldStatusJson : JsonSerializerContext;
