namespace Drivers.Hashing.Bm13xx;

/// <summary>BM1387 and BM1397: the host rolls the version, the chips take the states that come of it.</summary>
internal static class MidstateModels
{
    /// <summary>Between two chain-inactives of a BM1387 (bosminer).</summary>
    private const double InactiveMilliseconds = 100;

    private static readonly SetupStep Inactive = SetupStep.Do(SetupAction.Inactive);
    private static readonly SetupStep Addresses = SetupStep.Do(SetupAction.Addresses);
    private static readonly SetupStep Ticket = SetupStep.Do(SetupAction.Ticket);

    /// <summary>Antminer S9, T9+. Nonces are kept back until every core was opened with a job.</summary>
    public static ChipModel Bm1387 { get; } = new()
    {
        Name = "BM1387",
        Id = 0x1387,
        Cores = 114,
        SmallCores = 1,
        HashUnits = 114,
        Format = JobFormat.Midstates,
        MidstateCounts = [1, 2, 4],
        Commands = Commands.Bm1387,
        Nonces = NonceLayout.Bm1387,
        Slots = 32,
        JobIdShift = 2,
        ResultShift = 2,
        Pll = new(PllCoding.Bm1387, 32, 250),
        Bauds = BaudOption.ForDividers(divider => RegisterWrite.Of(new Bm1387Control(divider, GateBlock: true))),
        TicketRegister = 0x18,
        Counter = new(0x08, IsRate: true, Unit: 1 << 24),
        NamesAnswers = false,
        ChipsMax = 64,
        FixedAddressStep = 4,
        Setup =
        [
            Inactive.Then(InactiveMilliseconds),
            Inactive.Then(InactiveMilliseconds),
            Inactive.Then(InactiveMilliseconds),
            Addresses,
            SetupStep.Do(SetupAction.Baud),
        ],
        AfterRamp = [Ticket, SetupStep.Do(SetupAction.OpenCores)],
    };

    /// <summary>Antminer S17, T17, Bitaxe Max.</summary>
    public static ChipModel Bm1397 { get; } = new()
    {
        Name = "BM1397",
        Id = 0x1397,
        Cores = 168,
        SmallCores = 4,
        HashUnits = 672,
        Format = JobFormat.Midstates,
        MidstateCounts = [1, 4],
        Nonces = NonceLayout.Core8,
        Slots = 32,
        JobIdShift = 2,
        ResultShift = 2,
        Pll = new(PllCoding.Plain, 60, 200) { UserDivider = new RegisterWrite(0x70, 0x0F0F_0F00) },
        Bauds =
        [
            .. BaudOption.ForDividers(divider => new RegisterWrite(0x18, 0x0000_6031 | (uint)divider << 8)),
            new(
                6_250_000,
                new RegisterWrite(0x68, 0xC070_0111),
                new RegisterWrite(0x68, 0xC070_0111),
                new RegisterWrite(0x28, 0x0600_000F),
                new RegisterWrite(0x18, 0x0001_6731)),
        ],
        Counter = new(0x04, IsRate: true, Unit: 1 << 20),
        Setup =
        [
            Inactive,
            Addresses,
            SetupStep.AllRaw(0x80, 0),
            SetupStep.AllRaw(0x84, 0),
            SetupStep.AllRaw(0x20, 1),
            SetupStep.All(new CoreMailbox(0x00, 0x74)),
            Ticket,
            SetupStep.AllRaw(0x68, 0xC070_0111),
            SetupStep.AllRaw(0x28, 0x0600_000F),
            SetupStep.AllRaw(0x18, 0x0000_7A31),
        ],
        AfterRamp = [],
    };
}
