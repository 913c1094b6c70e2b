using System.Diagnostics;
using System.Globalization;
using Firmware.Boards;
using Firmware.Link;
using Simulator;

namespace Benchmarks;

/// <summary>A real guard in front of a board that is simulated down to its terminal, with us in mine's place.</summary>
internal sealed class ReactionRig : IDisposable
{
    private const double HotDegrees = 82; // Above the chip's off temperature; from 90 on no second sample is needed.

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan WantEvery = TimeSpan.FromMilliseconds(250);

    private readonly string folder = Directory.CreateTempSubdirectory("sv2fw-bench-").FullName;
    private readonly SimulatedBoard board;
    private readonly HeatWitness witness;
    private readonly Process guard;
    private readonly LinkClient client;
    private readonly Random random;
    private TimeSpan wantAt;
    private long sequence;
    private BoardGrant? grant;

    public ReactionRig(string product, string boardFile, int seed)
    {
        random = new Random(seed);
        board = SimulatedBoard.Start(
            boardFile, Path.Combine(folder, "board"), zeroBits: 8, seed, new SimulationOptions { ThermalSpeed = 200 });
        witness = new HeatWitness(board, ChipOff(boardFile));
        var us = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        var state = Path.Combine(folder, "state");
        string[] arguments = ["guard", "--board", board.ConfigFile, "--state", state, "--supervisor", us];
        var start = new ProcessStartInfo(product, arguments)
        {
            RedirectStandardError = true,
        };
        start.Environment.Remove("NOTIFY_SOCKET");
        guard = Process.Start(start)!;
        guard.ErrorDataReceived += (_, _) => { };
        guard.BeginErrorReadLine();
        client = new LinkClient(LinkPaths.Guard(state));
    }

    private static double ChipOff(string boardFile) =>
        BoardConfig.Load([boardFile])[0].Sensors.First(sensor => sensor.HeatSource == "chip").Off.Degrees;

    /// <summary>Has the board powered, heats it, and waits for the power to go.</summary>
    public TimeSpan Measure()
    {
        WantUntil(() => grant is { Power: PowerGrant.Good });
        var some = MonotonicClock.Now + TimeSpan.FromMilliseconds(random.Next(500));
        WantUntil(() => MonotonicClock.Now >= some);
        board.Faults.AmbientDegrees = HotDegrees;
        WantUntil(() => !board.World.RailOn);
        return board.World.RailOffAt!.Value - witness.ConfirmedAt!.Value;
    }

    public void Dispose()
    {
        client.Dispose();
        guard.Kill();
        guard.WaitForExit();
        guard.Dispose();
        board.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private void WantUntil(Func<bool> happened)
    {
        var key = Path.GetFileNameWithoutExtension(board.ConfigFile);
        for (var since = MonotonicClock.Now; !happened();)
        {
            var now = MonotonicClock.Now;
            if (now - since > Patience || guard.HasExited)
            {
                throw new TimeoutException($"guard did not do it: {grant?.Reason ?? "it grants nothing"}.");
            }

            if (now >= wantAt)
            {
                wantAt = now + WantEvery;
                client.Send(new LinkLine(Want: new WantMessage(++sequence, [new(key, Reset: true, 0, 0, [])])));
            }

            client.Wait(TimeSpan.FromMilliseconds(20), now, wake: -1);
            while (client.TryNext(out var line))
            {
                grant = line.Grant?.Boards.FirstOrDefault() ?? grant;
            }
        }
    }
}
