using System.Text.Json.Serialization;

namespace Firmware.Link;

/// <summary>
/// One line on a Unix socket: exactly one of the bodies is there. guard listens on guard.sock (mine connects and
/// exchanges wants and grants; anybody may read its status, and ask for a setting), mine on mine.sock (status only).
/// </summary>
/// <param name="V">Version of the protocol; a line of another version is refused.</param>
public sealed record LinkLine(
    [property: JsonRequired] int V = LinkLine.Version,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] WantMessage? Want = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] GrantMessage? Grant = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] GuardStatus? Guard = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] MineStatus? Mine = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ClearMessage? Clear = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ClearedMessage? Cleared = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] SettingAsk? Ask = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] SettingAnswer? Answer = null)
{
    public const int Version = 1;

    /// <summary>A longer line ends the connection: nobody who belongs here writes one.</summary>
    public const int LengthMax = 64 * 1024;
}

/// <summary>mine → guard every 250 ms: the whole desired state. A board that is missing has no lease.</summary>
public sealed record WantMessage(long Sequence, BoardWant[] Boards);

/// <param name="Reset">True: hold the chips in reset. False: release them.</param>
/// <param name="Megahertz">The clock the chips run at now.</param>
/// <param name="ResultsPerSecond">Validated results, smoothed over 10 s; 0 while the chain is brought up.</param>
public sealed record BoardWant(
    string Board,
    bool Reset,
    double Megahertz,
    double ResultsPerSecond,
    double[] ChipTemperatures);

/// <summary>guard → mine every 250 ms: the whole permission. Older than 1.5 s it is none.</summary>
public sealed record GrantMessage(long Sequence, BoardGrant[] Boards);

/// <summary>off: no power. settling: being brought up. good: within limits, and the chips may be driven.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PowerGrant>))]
public enum PowerGrant
{
    [JsonStringEnumMemberName("off")]
    Off,
    [JsonStringEnumMemberName("settling")]
    Settling,
    [JsonStringEnumMemberName("good")]
    Good,
}

/// <param name="Reset">True while the chips are held in reset; false once the release has settled.</param>
/// <param name="MegahertzMax">mine stays at or below it; 0 means stop the clock.</param>
public sealed record BoardGrant(string Board, PowerGrant Power, bool Reset, double MegahertzMax, string Reason);

/// <summary>A person → guard: what ended the work of a board has been looked at.</summary>
/// <param name="Board">Null for every board.</param>
public sealed record ClearMessage(string? Board);

/// <summary>guard → whoever sent a clear.</summary>
/// <param name="Boards">Those that it was for; none where guard has no such board.</param>
public sealed record ClearedMessage(string[] Boards);

/// <summary>What guard shows of itself, for people: never an input to mine.</summary>
public sealed record GuardStatus(double UptimeSeconds, BoardGuardStatus[] Boards)
{
    /// <summary>What resets the machine where guard is late; "none" where nothing does.</summary>
    [JsonRequired]
    public string? MachineWatchdog { get; init; }

    /// <summary>
    /// What keeps guard from all that it has no business with, and what the kernel could not: one line, or null.
    /// </summary>
    [JsonRequired]
    public string? Walls { get; init; }
}

/// <param name="State">off, starting, running, reduced, idle or safe-off.</param>
/// <param name="Fault">The first fault since the last clearing, in plain words, or null.</param>
/// <param name="DeadMan">What acts below our processes on this board, and how; "none" where nothing does.</param>
public sealed record BoardGuardStatus(
    string Board,
    string Model,
    string State,
    string Reason,
    string? Fault,
    string DeadMan,
    SensorStatus[] Sensors,
    FanStatus[] Fans,
    RailStatus? Rail)
{
    /// <summary>Null where nothing is known of earlier starts.</summary>
    [JsonRequired]
    public RecoveryStatus? Recovery { get; init; }

    /// <summary>Null where the board is not there.</summary>
    [JsonRequired]
    public OperationStatus? Operation { get; init; }
}

/// <summary>How a board stands after its faults and starts.</summary>
/// <param name="Kind">Of the latched fault: heat, sag, fan …; null where none is latched.</param>
/// <param name="RestartInSeconds">Null where nothing is latched, or where only a person can clear it.</param>
/// <param name="Remedy">What has to happen, in words, or null.</param>
/// <param name="Restarts">Automatic ones of the last 24 hours that the machine was on.</param>
/// <param name="FailedStarts">In a row.</param>
/// <param name="Lowered">What the board has instead of its set-points, and why; or null.</param>
/// <param name="NotKept">Why a loss of power would take this history along, or null.</param>
/// <param name="Supply">Null where nobody measures it.</param>
public sealed record RecoveryStatus(
    string? Kind,
    double? RestartInSeconds,
    string? Remedy,
    int Restarts,
    int FailedStarts,
    string? Lowered,
    string? NotKept,
    SupplyStatus? Supply);

/// <param name="LowestVolts">Since the start of guard.</param>
/// <param name="LowestSecondsAgo">How long ago that was.</param>
/// <param name="LimitVolts">Three samples in a row below it are a sag; null where nobody knows the limit.</param>
/// <param name="Sags">Since the start of guard.</param>
/// <param name="Reduced">The clock is a quarter lower for it.</param>
public sealed record SupplyStatus(
    double LowestVolts,
    double LowestSecondsAgo,
    double? LimitVolts,
    int Sags,
    bool Reduced);

/// <summary>Exactly one of value and fault is there.</summary>
public sealed record SensorStatus(string Name, double? Celsius, string? Fault, double Target, double Off);

public sealed record FanStatus(string Name, double DutyPercent, double? Rpm, string? Fault);

public sealed record RailStatus(
    double? SetVolts,
    double? Volts,
    double? Amperes,
    double? Watts,
    double? InputVolts,
    double? Celsius,
    string? Fault);

/// <summary>What mine shows of itself, for people and for the supervisor's last line.</summary>
/// <param name="SecondsSinceFirstJob">Null until the first job has reached the chips.</param>
public sealed record MineStatus(
    double UptimeSeconds,
    double? SecondsSinceFirstJob,
    string State,
    string Reason,
    long Accepted,
    long Rejected,
    long Stale,
    long Unconfirmed,
    long Pending,
    long HardwareErrors,
    long Duplicates,
    double HashRate,
    PoolStatus[] Pools,
    BoardMineStatus[] Boards)
{
    /// <summary>As guard has them.</summary>
    [JsonRequired]
    public string? Walls { get; init; }
}

/// <param name="Pool">host:port.</param>
/// <param name="State">waiting, connecting, handshake, setup, opening, trial, mining or failed.</param>
/// <param name="LastError">One sentence of what ended the last try, or null.</param>
/// <param name="TimeUnverified">The certificate's time could not be checked: the clock is not trusted yet.</param>
/// <param name="Source">Who says that we mine here: "command line" or "settings".</param>
/// <param name="Alarms">What looks wrong with the pool, each with its remedy, until it is over.</param>
/// <param name="Health">From 0 to 1: how much it can be relied on, by its failures and its time with work.</param>
/// <param name="RedirectedTo">host:port where the pool itself sent us, or null.</param>
public sealed record PoolStatus(
    string Pool,
    string State,
    string? LastError,
    double? Difficulty,
    string? LastRejection,
    bool TimeUnverified,
    string Source,
    string[] Alarms,
    double Health,
    string? RedirectedTo)
{
    /// <summary>Null where the pool shows no more than a merkle root.</summary>
    [JsonRequired]
    public CoinbaseStatus? Coinbase { get; init; }
}

/// <summary>Whom a block of the pool's present job would pay.</summary>
/// <param name="Sats">All outputs together.</param>
/// <param name="Count">How many outputs there are; the first of them are listed.</param>
public sealed record CoinbaseStatus(ulong Sats, int Count, OutputStatus[] Outputs);

/// <param name="Kind">p2pkh, p2sh, p2wpkh, p2wsh, p2tr, p2pk, witness, commitment, data or unknown.</param>
/// <param name="Text">The address on mainnet, or the script in hexadecimal where it has none.</param>
public sealed record OutputStatus(ulong Sats, string Kind, string Text);

/// <param name="ExpectedHashRate">Hashes per second of healthy silicon at the present clock.</param>
public sealed record BoardMineStatus(
    string Board,
    string State,
    string? Fault,
    int Chips,
    double Megahertz,
    double HashRate,
    double ExpectedHashRate,
    long Results,
    long Shares,
    long HardwareErrors,
    long Duplicates,
    long Stale,
    long JobsSent,
    long CrcErrors,
    long SkippedBytes)
{
    /// <summary>Null until the chips have been brought up once.</summary>
    [JsonRequired]
    public BoardHealth? Health { get; init; }

    /// <summary>
    /// Of a machine's own cores, which have no clock that we set: the part of the time that a thread hashes. It is what
    /// megahertz says of chips, there and in every column. Null for chips.
    /// </summary>
    [JsonRequired]
    public double? DutyPercent { get; init; }
}

/// <summary>What the results say of each chip of a board, and what was done about those that find nothing.</summary>
/// <param name="Word">"chip 17, 90 silent", or null where every chip finds results.</param>
/// <param name="Remedy">What was last done about chips that find nothing or compute wrong, or null.</param>
/// <param name="Note">Chips that contradict themselves, or a chain that works worse than it should; or null.</param>
/// <param name="StarvedSeconds">How long chips that could hash had nothing to hash, since start.</param>
/// <param name="Overruns">Bytes that came faster than they were taken.</param>
/// <param name="FramingErrors">Bytes without a stop bit.</param>
/// <param name="Disbelieved">Results that came while a clock moved or nothing was hashed.</param>
/// <param name="UnaskedAnswers">Registers that nobody had asked for.</param>
/// <param name="SmallCoreMismatches">Results that name two small cores; judged all the same.</param>
public sealed record BoardHealth(
    string? Word,
    string? Remedy,
    string? Note,
    ChipColumns Chips,
    DomainColumns Domains,
    LadderStatus Ladder,
    double StarvedSeconds,
    long Overruns,
    long FramingErrors,
    long Disbelieved,
    long UnaskedAnswers,
    long SmallCoreMismatches);

/// <summary>
/// One element for each chip, the nearest to the host first: columns, because three boards of 126 chips go into a line.
/// </summary>
/// <param name="States">A letter for each: o finds results, d in doubt, s silent, w wrong.</param>
/// <param name="GigaHashes">From its results of the last minutes.</param>
/// <param name="CountedGigaHashes">By its own counters; null where it has not said.</param>
/// <param name="SecondsSinceResult">Null where it has never found any.</param>
public sealed record ChipColumns(
    string States,
    double[] GigaHashes,
    double?[] CountedGigaHashes,
    double[] Megahertz,
    long[] Results,
    long[] HardwareErrors,
    long[] Duplicates,
    long?[] SecondsSinceResult);

/// <summary>The sums of each voltage domain, the nearest to the host first.</summary>
/// <param name="Chips">How many chips each has; the last may have fewer.</param>
public sealed record DomainColumns(int Chips, double[] GigaHashes, long[] Results, long[] HardwareErrors);

/// <summary>How often each rung was climbed since start, for chips that failed or found nothing.</summary>
public sealed record LadderStatus(long NextWorks, long Rejoins, long Resets, long PowerCycles, long Latches);

/// <summary>
/// One source-generated context for everything that crosses a Unix socket. A missing field is as wrong as a null one:
/// "not known" is written as null, and said.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(LinkLine))]
public sealed partial class LinkJson : JsonSerializerContext;
