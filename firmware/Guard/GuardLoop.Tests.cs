using System.Diagnostics;
using Firmware.Link;

namespace Firmware.Guard;

/// <summary>The thread itself, on real sockets and in real time: what simulated time cannot show.</summary>
public sealed partial class GuardLoopTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly string folder = Directory.CreateTempSubdirectory("guard").FullName;
    private CancellationTokenSource stop = new();
    private readonly Plant plant = new();
    private readonly LinkClient mine;
    private TimeSpan lastAdvance;
    private Watchdog watchdog = new(null);
    private Func<MachineWatchdog>? machine;
    private Thread? thread;
    private int exitCode = -1;
    private Exception? failure;
    private BoardGrant? grant;
    private BoardGuardStatus? status;
    private string[]? cleared;
    private readonly List<SettingAnswer> answers = [];
    private Dictionary<string, string>? commandLine;
    private TimeSpan nextWant;
    private int grants;

    public GuardLoopTests() => mine = new LinkClient(LinkPaths.Guard(folder));

    private bool WantIsSent { get; set; } = true;

    public void Dispose()
    {
        Stop();
        mine.Dispose();
        watchdog.Dispose();
        stop.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void OneBoardComesUpOverTheLinkAndIsColdAfterTheEnd()
    {
        Start(plant);
        Until(() => grant is { Power: PowerGrant.Good, Reset: false });
        Until(() => status is { State: "running" });
        Assert.True(plant.Powered && !plant.Held);

        Stop();

        Assert.Null(failure);
        Assert.Equal(0, exitCode);
        Assert.False(plant.SwitchedOn);
        Assert.True(plant.Held && plant.Fans >= 1 && plant.Closed);
        Assert.False(File.Exists(LinkPaths.Guard(folder)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AMineThatDiesOrHangsIsPowerOffWithinTwoSeconds(bool closes)
    {
        Start(plant);
        Until(() => grant is { Power: PowerGrant.Good, Reset: false });

        var begun = clock.Elapsed;
        WantIsSent = false;
        if (closes)
        {
            mine.Dispose();
        }

        Until(() => !plant.SwitchedOn);

        Assert.True(clock.Elapsed - begun < TimeSpan.FromSeconds(2), $"It took {clock.Elapsed - begun}.");
    }

    [Fact]
    public void GrantsComeEveryQuarterOfASecondWhateverTheBoardDoes()
    {
        Start(plant);
        Until(() => grant is not null);
        plant.BusDead = true;
        var (before, begun) = (grants, clock.Elapsed);
        Until(() => grants >= before + 12);

        Assert.InRange((clock.Elapsed - begun).TotalSeconds, 0, 6); // 3 s, and as much for a machine under load
    }

    [Fact]
    public void ASignOfLifeIsSentAsSoonAsAndAsLongAsTicksAreInTime()
    {
        var path = Path.Combine(folder, "guard.notify");
        using var listener = new WatchdogListener(path);
        watchdog = new Watchdog(path);
        Start(plant);

        var signs = SignOfLife.None;
        Until(() => (signs |= listener.Receive()).HasFlag(SignOfLife.Ready | SignOfLife.Alive));
        stop.Cancel();
        Until(() => (signs |= listener.Receive()).HasFlag(SignOfLife.Stopping));
    }

    [Fact]
    public void ATickThatIsNotInTimeGivesNoSignOfLife()
    {
        var path = Path.Combine(folder, "guard.notify");
        using var listener = new WatchdogListener(path);
        using var hanging = new ManualResetEventSlim();
        using var released = new ManualResetEventSlim();
        watchdog = new Watchdog(path);
        Start(plant);
        Until(() => listener.Receive().HasFlag(SignOfLife.Alive));

        plant.BeforeRead = () =>
        {
            hanging.Set();
            released.Wait(Deadline);
        };
        Until(() => hanging.IsSet);
        _ = listener.Receive();
        Assert.Equal(SignOfLife.None, listener.Wait(TimeSpan.FromSeconds(1.5)));

        plant.BeforeRead = null;
        released.Set();
        Until(() => listener.Receive().HasFlag(SignOfLife.Alive));
    }

    [Fact]
    public void ATickThatIsLateButWithinTwoPeriodsIsASignOfLife()
    {
        using var listener = Listen();
        var reads = SlowReads(GuardLoop.Period * 1.2);
        Until(() => reads() > 2);
        _ = listener.Receive();

        Until(() => listener.Receive().HasFlag(SignOfLife.Alive));
    }

    [Fact]
    public void ATickOfMoreThanTwoPeriodsIsNoSignOfLifeAfterItsEndEither()
    {
        using var listener = Listen();
        var reads = SlowReads(GuardLoop.TickMax * 1.1);
        Until(() => reads() >= 6);

        Assert.False(listener.Receive().HasFlag(SignOfLife.Alive));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TheMachinesWatchdogIsFedByTicksInTimeAndSleepsOnlyOverAColdBoard(bool railStuck)
    {
        var device = Path.Combine(folder, "watchdog");
        File.WriteAllBytes(device, []);
        using var hanging = new ManualResetEventSlim();
        using var released = new ManualResetEventSlim();
        machine = () => MachineWatchdog.Open(device);
        Start(plant);
        Until(() => Fed() >= 2);

        plant.BeforeRead = () =>
        {
            hanging.Set();
            released.Wait(Deadline);
        };
        Until(() => hanging.IsSet);
        var fed = Fed();
        Assert.False(released.Wait(GuardLoop.TickMax));
        Assert.Equal(fed, Fed());

        plant.BeforeRead = null;
        released.Set();
        Until(() => Fed() > fed);
        plant.RailStuck = railStuck;
        Stop();
        Assert.Equal(railStuck ? 0 : 1, File.ReadAllBytes(device).Count(word => word == 'V'));

        long Fed() => new FileInfo(device).Length;
    }

    [Fact]
    public void NoBoardIsAWrongOption() =>
        Assert.Throws<UsageException>(() => GuardCommand.Run([], folder, watchdog, stop.Token));

    [Fact]
    public void OneBoardsTroubleIsNotTheOthers()
    {
        var bad = new Plant { Buggy = true };
        Start(plant, bad);

        Until(() => grant is { Power: PowerGrant.Good, Reset: false });
    }

    [Fact]
    public void AVanishedBoardIsOpenedAgainWhenItIsBack()
    {
        Start(plant);
        Until(() => grant is { Power: PowerGrant.Good, Reset: false });
        plant.Unplugged = true;
        Until(() => grant is { Power: PowerGrant.Off } && status is { State: "off", Rail.Volts: null });
        Assert.Contains("It is not there", UntilReason("It is not there"), StringComparison.Ordinal);

        plant.Unplugged = false;
        Until(() => grant is { Power: PowerGrant.Good, Reset: false });
    }

    [Fact]
    public void ABoardThatCannotBeOpenedLeavesTheOthersCold()
    {
        var failed = Assert.Throws<StartException>(() => GuardCommand.Run(
            [() => plant.Parts, () => throw new StartException("No such board.")],
            folder,
            watchdog,
            stop.Token,
            new(null, () => throw new InvalidOperationException("A machine is not reset for a board that is away."))));

        Assert.Equal("No such board.", failed.Message);
        Assert.False(plant.SwitchedOn);
        Assert.True(plant.Held && plant.Fans >= 1 && plant.Closed);
    }

    [Fact]
    public void ASecondGuardOnTheSameStateIsRefusedByName()
    {
        Start(plant);
        Until(() => grant is not null);

        var refused = Assert.Throws<StartException>(
            () => GuardCommand.Run([() => new Plant().Parts], folder, watchdog, stop.Token));

        Assert.Contains($"process {Environment.ProcessId}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AStateFolderThatCannotBeIsAWrongOption()
    {
        File.WriteAllText(Path.Combine(folder, "file"), "");

        Assert.Throws<UsageException>(
            () => GuardCommand.Run([() => plant.Parts], Path.Combine(folder, "file", "state"), watchdog, stop.Token));
    }

    [Fact]
    public void AFaultOutlivesGuardAndIsClearedByAPersonAlone()
    {
        Start(plant);
        Until(() => grant is { Power: PowerGrant.Good, Reset: false });
        plant.FanRefuses = true;
        Until(() => status is { State: "safe-off" });
        Stop();

        plant.FanRefuses = false;
        StartAgain();
        Until(() => status is { State: "safe-off", Fault: "fan does not take its commands", Recovery.Kind: "fan" });
        Assert.Equal(PowerGrant.Off, grant?.Power);

        _ = mine.Send(new(Clear: new("another board")));
        Until(() => cleared is not null);
        Assert.Empty(cleared!);
        Assert.Equal(("safe-off", false), (status?.State, plant.SwitchedOn));

        _ = mine.Send(new(Clear: new("gamma")));
        Until(() => grant is { Power: PowerGrant.Good, Reset: false });
        Assert.Equal(["gamma"], cleared!);
        Assert.Null(status?.Fault);
    }

    [Theory]
    [InlineData("faults/gamma.json", true)]
    [InlineData("faults/gamma.json.new", true)]
    [InlineData("faults", false)]
    public void OnlyARecordThatIsLostKeepsABoardOffAndAFlashThatTakesNoneDoesNot(string file, bool staysOff)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, file))!);
        File.WriteAllText(Path.Combine(folder, file), "{\"board\":\"gam");
        Start(plant);

        if (staysOff)
        {
            Until(() => status is { State: "safe-off", Recovery.Kind: "unknown" });
            Assert.Contains("cannot be read", status!.Fault, StringComparison.Ordinal);
            _ = mine.Send(new(Clear: new(null)));
        }

        Until(() => grant is { Power: PowerGrant.Good, Reset: false });
        Until(() => status is { State: "running" } && status.Recovery!.NotKept is null == staysOff);
    }

    private void StartAgain()
    {
        stop.Dispose();
        stop = new();
        grant = null;
        status = null;
        Start(plant);
    }

    private WatchdogListener Listen()
    {
        var path = Path.Combine(folder, "guard.notify");
        watchdog = new Watchdog(path);
        return new WatchdogListener(path);
    }

    /// <summary>Starts with sensors that make every tick take so long, and tells how many were read.</summary>
    private Func<int> SlowReads(TimeSpan tick)
    {
        var reads = 0;
        plant.BeforeRead = () =>
        {
            Thread.Sleep(tick / plant.Parts.Sensors.Count);
            Interlocked.Increment(ref reads);
        };
        Start(plant);
        return () => Volatile.Read(ref reads);
    }

    private void Stop()
    {
        stop.Cancel();
        while (thread is { IsAlive: true })
        {
            Live();
            thread.Join(1);
        }
    }

    private void Start(params Plant[] plants)
    {
        var openings = plants.Select<Plant, Func<GuardParts>>((one, i) => () => one.Unplugged
            ? throw new StartException("It is not there.")
            : i == 0 ? one.Parts : one.Parts with { Key = $"other-{i}" });
        thread = new Thread(() =>
        {
            try
            {
                exitCode = GuardCommand.Run(
                    [.. openings], folder, watchdog, stop.Token, new(null, machine), commandLine);
            }
            catch (Exception unexpected)
            {
                failure = unexpected;
            }
        });
        thread.Start();
    }

    private string UntilReason(string part)
    {
        Until(() => status?.Reason.Contains(part, StringComparison.Ordinal) == true);
        return status!.Reason;
    }

    /// <summary>Lets metal and mine live until something is true, and fails where it never gets true.</summary>
    private void Until(Func<bool> happened)
    {
        var begun = clock.Elapsed;
        while (!happened())
        {
            Assert.True(clock.Elapsed - begun < Deadline, $"It did not happen in time; {status?.Reason} {failure}");
            Live();
            Mine();
        }
    }

    private void Live()
    {
        plant.Advance(clock.Elapsed - lastAdvance);
        lastAdvance = clock.Elapsed;
    }

    private void Mine()
    {
        mine.Wait(TimeSpan.FromMilliseconds(5), clock.Elapsed);
        if (WantIsSent && clock.Elapsed >= nextWant)
        {
            nextWant = clock.Elapsed + TimeSpan.FromMilliseconds(250);
            mine.Send(new(Want: new(1, [new("gamma", grant is not { Power: PowerGrant.Good }, 50, 0, [])])));
        }

        while (mine.TryNext(out var line))
        {
            grants += line.Grant is null ? 0 : 1;
            answers.AddRange(line.Answer is { } answer ? [answer] : []);
            grant = line.Grant?.Boards[0] ?? grant;
            status = line.Guard?.Boards[0] ?? status;
            cleared = line.Cleared?.Boards ?? cleared;
        }
    }
}
