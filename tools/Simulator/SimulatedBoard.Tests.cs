using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Drivers.Buses;
using Firmware;
using Firmware.Boards;

namespace Simulator;

public sealed class SimulatedBoardTests : IDisposable
{
    private static readonly string Output = AppContext.BaseDirectory;
    private static readonly string Gamma = Path.Combine(Output, "board-configs", "bitaxe-gamma-601.toml");
    private static readonly byte[] ReadId = [0x55, 0xAA, 0x52, 0x05, 0x00, 0x00, 0x0A];
    private static readonly byte[] ReadMisc = [0x55, 0xAA, 0x42, 0x05, 0x00, 0x18, 0x19];
    private static readonly byte[] ReleaseReset = Convert.FromHexString("07000000060001");

    private readonly string directory = Directory.CreateTempSubdirectory("simulator").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void WritesTheRealFileWithItsOwnPortsAndZeroBits()
    {
        using var board = Start(new() { Megahertz = 100, Ticket = 32 });

        var real = BoardConfig.Load([Gamma])[0];
        var simulated = BoardConfig.Load([board.ConfigFile])[0];

        Assert.Equal("bitaxe-gamma-601", simulated.Key);
        Assert.Equal((board.ControlPort, board.DataPort), (simulated.Bridge?.ControlPort, simulated.Bridge?.DataPort));
        var chain = simulated.Chains[0];
        Assert.Equal((12, 5, 100.0), (chain.ZeroBits, chain.TicketBits, chain.Megahertz.Value));
        Assert.Equal(real.Chains[0].Baud, chain.Baud);
        Assert.Equal(real.Rail, simulated.Rail);
        Assert.Equal(real.Sensors, simulated.Sensors);
    }

    [Fact]
    public void AFileThatIsNoBoardIsRefusedInOneSentence()
    {
        var wrong = Path.Combine(directory, "wrong.toml");
        File.WriteAllText(wrong, "name = \"x\"\nvolts = 3\n");

        var refusal = Assert.Throws<UsageException>(() => SimulatedBoard.Start(wrong, directory).Dispose());

        Assert.Contains("wrong.toml", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheChipsAnswerOnlyWithPowerAndWithoutReset()
    {
        using var board = Start();
        using var control = Uart.Open(board.ControlPort, 115_200);
        using var data = Uart.Open(board.DataPort, 115_200);

        Assert.True(board.World.ResetLow);
        WriteUnheard(board, data, ReadMisc);
        Ask(control, ReleaseReset, "01000001");
        WriteUnheard(board, data, ReadMisc);

        TurnRailOn(control);
        Until(() => board.World.CoreVolts > 1.1);
        Assert.Equal("AA5513700000000006", Answer(data, ReadId, 9));

        Ask(control, Convert.FromHexString("07000000060000"), "01000000");
        Assert.NotNull(board.World.ResetLowAt);
        WriteUnheard(board, data, ReadMisc);
        Ask(control, ReleaseReset, "01000001");
        Assert.Equal("AA5513700000000006", Answer(data, ReadId, 9));
        Assert.Equal(0, board.BadRequests);
    }

    [Fact]
    public void BothPortsMayBeClosedAndOpenedAnyNumberOfTimes()
    {
        using var board = Start(new() { StartPowered = true });
        for (var i = 0; i < 20; i++)
        {
            using var control = Uart.Open(board.ControlPort, 115_200);
            using var data = Uart.Open(board.DataPort, 115_200);

            Ask(control, Convert.FromHexString("060000000600"), "01000001");
            Assert.Equal("AA5513700000000006", Answer(data, ReadId, 9));
        }
    }

    [Fact]
    public void AHostAtTheWrongRateIsNotUnderstood()
    {
        using var board = Start(new() { StartPowered = true });
        using var data = Uart.Open(board.DataPort, 1_000_000);
        WriteUnheard(board, data, 0);
        WriteUnheard(board, data, ReadMisc);

        data.SetBaud(115_200);
        WriteUnheard(board, data, 0);
        Assert.Equal("AA5513700000000006", Answer(data, ReadId, 9));
    }

    [Fact]
    public void PullingTheCableHangsUpAndPluggingItInBringsNewPorts()
    {
        using var board = Start(new() { StartPowered = true });
        using var data = Uart.Open(board.DataPort, 115_200);

        board.Faults.Unplugged = true;
        Until(() => !File.Exists(board.DataPort) && !File.Exists(board.ControlPort));
        Assert.Throws<IOException>(() => data.TryWrite(ReadId));
        Assert.True(board.World.RailOn);

        board.Faults.Unplugged = false;
        Until(() => File.Exists(board.DataPort) && File.Exists(board.ControlPort));
        using var again = Uart.Open(board.DataPort, 115_200);
        Assert.Equal("AA5513700000000006", Answer(again, ReadId, 9));
    }

    [Fact]
    public void TheMetalOfAWorkingBoardWarmsAndItsFanCoolsIt()
    {
        using var board = Start(new() { StartPowered = true, ThermalSpeed = 600 });
        using var control = Uart.Open(board.ControlPort, 115_200);
        using var data = Uart.Open(board.DataPort, 115_200);
        SetFan(control, 63);
        Hash(data);

        // Full fan: 18.5 W over 1 W/K. The power that the clock and the voltage imply.
        Until(() => board.World.FanRpm > 5900 && board.JobsReceived == 1);
        Until(() => board.World.ChipDegrees is > 42 and < 45);
        Assert.Equal(18.5, board.World.Watts, tolerance: 0.2);
        Assert.Equal(525e6 * 2040, board.World.HashRate);

        board.Faults.FanStalled = true;
        Until(() => board.World.ChipDegrees > 75);
        Assert.Equal(0, board.World.FanRpm);

        TurnRailOff(control);
        Until(() => !board.World.RailOn && board.World.CoreVolts < 0.25);
        Assert.InRange((MonotonicClock.Now - board.World.RailOffAt!.Value).TotalSeconds, 0, 30);
        Assert.True(board.World.HottestDegrees >= 75);
    }

    [Fact]
    public void ResultsArriveAndTheDamagedOnesAreCounted()
    {
        using var board = Start(new() { StartPowered = true });
        using var data = Uart.Open(board.DataPort, 115_200);
        board.Faults.FromChips.FlipRate = 0.05;
        Hash(data, ticket: 0xF0);

        Until(() => board.ResultsOnWire > 60);

        // 0.95^11 = 57 % arrive whole.
        Assert.InRange(board.ResultsDamaged / (double)board.ResultsOnWire, 0.15, 0.75);
    }

    [Fact]
    public void TheProgramSaysReadyObeysItsStdinAndLeavesNothingBehind()
    {
        using var simulator = Process.Start(new ProcessStartInfo(
            Path.Combine(Output, "simulator"), ["--board", Gamma, "--directory", directory, "--die-with-parent"])
        {
            Environment = { ["DOTNET_ROOT"] = Path.GetFullPath("../../..", RuntimeEnvironment.GetRuntimeDirectory()) },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;

        Assert.Equal($"ready {Path.Combine(directory, "bitaxe-gamma-601.toml")}", simulator.StandardOutput.ReadLine());
        simulator.StandardInput.WriteLine("ambient 40");
        simulator.StandardInput.WriteLine("status");
        using var status = JsonDocument.Parse(simulator.StandardOutput.ReadLine()!);
        Assert.False(status.RootElement.GetProperty("railOn").GetBoolean());
        Assert.True(status.RootElement.GetProperty("resetLow").GetBoolean());

        Drivers.Linux.Kill(simulator.Id, 15);
        Assert.True(simulator.WaitForExit(TimeSpan.FromSeconds(20)));
        Assert.Equal(0, simulator.ExitCode);
        Assert.Empty(Directory.GetFileSystemEntries(directory));
    }

    private SimulatedBoard Start(SimulationOptions? options = null)
    {
        KernelWorkers.GoFirst();
        return SimulatedBoard.Start(Gamma, directory, zeroBits: 12, seed: 1, options);
    }

    /// <summary>Ungates, enables and clocks the chip, and gives it a job: 525 MHz.</summary>
    private static void Hash(Uart data, byte ticket = 0xFF)
    {
        string[] commands =
        [
            "510900A49000FFFF", "51090018F000C100", "53050000", "40050000", "5109003C800082AA",
            $"51090014000000{ticket:X2}", "5109000840A80230", "51090010000C2FB7",
        ];
        foreach (var body in commands.Select(Convert.FromHexString))
        {
            byte[] frame = [0x55, 0xAA, .. body, Chips.Crc.Five(body, body.Length * 8)];
            Write(data, frame);
        }

        Write(data, Chips.Captures.GammaShare().Job);
    }

    private static void TurnRailOn(Uart control)
    {
        Ask(control, I2cWrite("24021B"), "01000102");
        Ask(control, I2cWrite("24214D02"), "01000103");
        Ask(control, I2cWrite("240180"), "01000102");
    }

    private static void TurnRailOff(Uart control) => Ask(control, I2cWrite("240100"), "01000102");

    private static void SetFan(Uart control, byte setting)
    {
        Ask(control, I2cWrite("4C4A23"), "01000102");
        Ask(control, I2cWrite($"4C4C{setting:X2}"), "01000102");
    }

    private static byte[] I2cWrite(string addressAndData)
    {
        var tail = Convert.FromHexString(addressAndData);
        return [(byte)(6 + tail.Length), 0, 0x01, 0, 0x05, 0x20, .. tail];
    }

    private static void Ask(Uart control, byte[] request, string answer) =>
        Assert.Equal(answer, Answer(control, request, answer.Length / 2));

    /// <summary>At least so many bytes: more of them would be answers that nobody expected.</summary>
    private static string Answer(Uart port, byte[] request, int count)
    {
        Write(port, request);
        var buffer = new byte[256];
        var taken = 0;
        var clock = Stopwatch.StartNew();
        while (taken < count && clock.Elapsed < TimeSpan.FromSeconds(20))
        {
            taken += port.Read(buffer.AsSpan(taken));
            Thread.Sleep(1);
        }

        return Convert.ToHexString(buffer, 0, taken);
    }

    /// <summary>Bytes that must find nobody: an answer to them would stand before the next one.</summary>
    private static void WriteUnheard(SimulatedBoard board, Uart data, params byte[] bytes)
    {
        var before = board.BytesFromHost;
        Write(data, bytes);
        Until(() => board.BytesFromHost == before + bytes.Length);
    }

    private static void Write(Uart port, byte[] bytes) => Assert.Equal(bytes.Length, port.TryWrite(bytes));

    private static void Until(Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), "It never came true.");
            Thread.Sleep(2);
        }
    }
}
