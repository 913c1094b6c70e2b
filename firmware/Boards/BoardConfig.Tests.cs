using System.Globalization;
using Drivers;
using Drivers.Buses.BitaxeRaw;

namespace Firmware.Boards;

public sealed class BoardConfigTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "board-configs");
    private const string Cores = "name = \"Cores\"\n[[chain]]\nchip = \"cpu\"\nduty_percent = 50\n";

    private const string KernelSensor = """
        [[sensor]]
        name = "package"
        part = "thermal-zone"
        zone = "x86_pkg_temp"
        target = 75
        critical = 85
        off = 90
        """;

    private static readonly string Gamma = File.ReadAllText(Path.Combine(Folder, "bitaxe-gamma-601.toml"));

    public static TheoryData<string> BoardFiles => new(Directory.GetFiles(Folder, "*.toml").Select(Path.GetFileName)!);

    [Theory]
    [MemberData(nameof(BoardFiles))]
    public void EveryFileOfTheFolderIsABoard(string file)
    {
        var board = BoardConfig.Load([Path.Combine(Folder, file)]).Single();

        Assert.Equal(Path.GetFileNameWithoutExtension(file), board.Key);
        Assert.NotEmpty(board.Chains);
        Assert.Equal(board.Chains[0].IsCpu, board.Fans.Length == 0);
        Assert.All(board.Sensors, sensor => Assert.True(sensor.Target < sensor.Critical));
        Assert.All(board.Sensors, sensor => Assert.True(sensor.Critical < sensor.Off));
        Assert.All(board.Chains, chain => Assert.Equal(32, chain.ZeroBits));
        Assert.Contains(
            board.Chains[0].IsCpu ? "any Linux machine" : "proven in simulation only",
            File.ReadAllText(Path.Combine(Folder, file)),
            Ignore);
    }

    [Fact] // Figures of the factory firmware for this board.
    public void TheGammaIsReadAsItIsWritten()
    {
        var board = BoardConfig.Parse(Gamma, "somewhere/gamma.toml");

        Assert.Equal("gamma", board.Key);
        Assert.Equal("Bitaxe Gamma 601", board.Name);
        Assert.Equal(new BridgeConfig("Bitaxe", null, null, null, null, 0), board.Bridge);
        Assert.Equal(new ChainConfig("bm1370", 1, 1_000_000, new(525), new(625), 8, 32), board.Chains.Single());
        Assert.Equal(256, board.Chains.Single().Ticket);
        Assert.Equal(
            [
                new("chip", "chip", "emc2101-external", 0x4C, 0x24, 0x00, new(60), new(70), new(75)),
                new SensorConfig("regulator", "regulator", "tps546", 0x24, null, null, new(80), new(95), new(105)),
            ],
            board.Sensors);
        Assert.Equal(new FanConfig("fan", "emc2101", 0x4C, new DutyCycle(0.25), new Rpm(1000)), board.Fans.Single());
        Assert.Equal(new RailConfig("tps546", 0x24, new(1.15), new(1.0), new(1.25), new(5), new(40)), board.Rail);
    }

    [Fact]
    public void ASimulatedBoardHasExplicitPortsAndFewerZeroBits()
    {
        var board = BoardConfig.Parse(
            With("usb_product", "control_port = \"/dev/pts/1\"\ndata_port = \"/dev/pts/2\"\ndialect = \"v1\"")
                .Replace("chips = 1", "zero_bits = 10\nchips = 1", StringComparison.Ordinal),
            "board.toml");

        Assert.Equal(
            new BridgeConfig(null, null, "/dev/pts/1", "/dev/pts/2", BridgeDialect.V1, 0), board.Bridge);
        Assert.Equal(10, board.Chains.Single().ZeroBits);
    }

    [Fact]
    public void AChainMayHaveDomainsAndDoWithoutSomeOfItsChips()
    {
        var plain = BoardConfig.Parse(With("chips", "chips = 6"), "board.toml").Chains.Single();
        var chain = BoardConfig.Parse(
            With("chips", "chips = 6\nchips_per_domain = 3\nallow_missing = true"), "board.toml").Chains.Single();

        Assert.Equal((1, false), (plain.ChipsPerDomain, plain.AllowMissing));
        Assert.Equal((3, true), (chain.ChipsPerDomain, chain.AllowMissing));
    }

    [Theory]
    [InlineData("bm1387", 0.36, 0.46)]
    [InlineData("bm1397", 1.0, 1.5)]
    [InlineData("bm1362", 0.24, 0.36)]
    [InlineData("bm1366", 1.0, 1.4)]
    [InlineData("bm1368", 1.0, 1.4)]
    [InlineData("bm1372", 1.0, 1.4)]
    [InlineData("bm1373", 1.0, 1.4)]
    public void EveryModelThatIsDrivenHasItsNameInABoardFileAndItsOwnLimits(string chip, double min, double max)
    {
        var board = BoardConfig.Parse(Chips(chip, min, max), "board.toml");

        Assert.Equal(chip, board.Chains.Single().Chip);
        Assert.Equal(3 * min, board.Rail!.VoltsMin.Value, 1e-9); // Three domains.
        Assert.Equal(3 * max, board.Rail!.VoltsMax.Value, 1e-9);

        var refusal = Assert.Throws<UsageException>(
            () => BoardConfig.Parse(Chips(chip, min, max + 0.01), "board.toml"));
        Assert.Contains("'volts_max' in [rail] is", refusal.Message);
        Assert.Contains($"A domain of {chip} chips is run within", refusal.Message);
        Assert.Throws<UsageException>(() => BoardConfig.Parse(Chips(chip, min - 0.01, max), "board.toml"));
    }

    [Fact]
    public void ABoardOfCoresNeedsNoPartsAtAll()
    {
        var board = BoardConfig.Parse(Cores, "some/cpu.toml");

        Assert.Equal((null, null), (board.Bridge, board.Rail));
        Assert.Empty(board.Fans);
        Assert.Empty(board.Sensors);
        var chain = board.Chains.Single();
        Assert.Equal((true, Environment.ProcessorCount, 50.0, 50.0, 19),
            (chain.IsCpu, chain.Chips, chain.Megahertz.Value, chain.MegahertzMax.Value, chain.Nice));

        chain = BoardConfig.Parse(Cores + "threads = 3\nnice = 0\n", "cpu.toml").Chains.Single();
        Assert.Equal((3, 0), (chain.Chips, chain.Nice));
    }

    [Fact]
    public void ABoardOfCoresMayWatchTheKernelsTemperatures()
    {
        var board = BoardConfig.Parse(Cores + KernelSensor, "cpu.toml");

        Assert.Equal(
            new SensorConfig("package", "package", "thermal-zone", 0, null, null, new(75), new(85), new(90))
            {
                Zone = "x86_pkg_temp",
            },
            board.Sensors.Single());
    }

    [Theory]
    [InlineData("duty_percent = 101\n", "'duty_percent' in [[chain]] is 101; allowed here: 1 to 100.")]
    [InlineData("", "the key 'duty_percent' is missing in [[chain]]")]
    [InlineData("duty_percent = 50\nthreads = 0\n", "'threads' in [[chain]] is 0; allowed here: 1 to 1024.")]
    [InlineData("duty_percent = 50\nnice = -5\n", "'nice' in [[chain]] is -5; allowed here: 0 to 19.")]
    [InlineData(
        "duty_percent = 50\nbaud = 115200\n",
        "unknown key 'baud' in [[chain]]; allowed here: chip, threads, duty_percent, nice.")]
    [InlineData("duty_percent = 50\n[rail]\n", "a board of chip \"cpu\" has no [rail]; take it out.")]
    [InlineData("duty_percent = 50\n[[fan]]\n", "a board of chip \"cpu\" has no [[fan]]; take it out.")]
    [InlineData("duty_percent = 50\n[bridge]\n", "a board of chip \"cpu\" has no [bridge]; take it out.")]
    [InlineData("duty_percent = 50\n[[chain]]\nchip = \"cpu\"\nduty_percent = 1\n", "has one [[chain]]")]
    [InlineData(
        "duty_percent = 50\n[[sensor]]\nname = \"a\"\npart = \"tps546\"\n",
        "'part' in [[sensor]] is \"tps546\"; allowed here: thermal-zone, hwmon.")]
    [InlineData(
        "duty_percent = 50\n[[sensor]]\nname = \"a\"\npart = \"hwmon\"\n", "the key 'zone' is missing in [[sensor]]")]
    public void AMistakeInABoardOfCoresIsNamedAsWell(string rest, string complaint)
    {
        var text = Cores.Replace("duty_percent = 50\n", rest, StringComparison.Ordinal);

        var refusal = Assert.Throws<UsageException>(() => BoardConfig.Parse(text, "cpu.toml"));

        Assert.Contains(complaint, refusal.Message);
        Assert.Matches(@"^cpu\.toml:\d+: ", refusal.Message);
    }

    [Fact]
    public void TwoSensorsMayShareAHeatSource()
    {
        var board = BoardConfig.Parse(
            Gamma.Replace("name = \"regulator\"", "name = \"vr\"\nheat_source = \"chip\"", StringComparison.Ordinal),
            "board.toml");

        Assert.All(board.Sensors, sensor => Assert.Equal("chip", sensor.HeatSource));
    }

    [Fact]
    public void TheSameFileTwiceIsTwoBoards()
    {
        var file = Path.Combine(Folder, "bitaxe-gamma-601.toml");
        var other = Path.Combine(Folder, "bitaxe-gamma-602.toml");

        Assert.Equal(
            ["bitaxe-gamma-601", "bitaxe-gamma-602", "bitaxe-gamma-601-2", "bitaxe-gamma-601-3"],
            BoardConfig.Load([file, other, file, file]).Select(board => board.Key));
    }

    [Theory]
    [InlineData("name", "name = 601", "'name' in the top of the file is not a text; write it in double quotes.")]
    [InlineData("name", "name = \"\"", "'name' in the top of the file holds no readable text")]
    [InlineData("name", "Name = \"x\"", "the key 'name' is missing in the top of the file; is 'Name' in line")]
    [InlineData("usb_product", "usb_product = \"a\\u001Bb\"", "'usb_product' in [bridge] holds no readable text")]
    [InlineData(
        "usb_product",
        "usb_produkt = \"Bitaxe\"",
        "the key 'usb_product' is missing in [bridge]; is 'usb_produkt' in line 9 meant for it?")]
    [InlineData(
        "usb_product",
        "usb_product = \"Bitaxe\"\ndialect = \"v0\"",
        "unknown key 'dialect' in [bridge]; allowed here: usb_product, usb_serial, reset_pin.")]
    [InlineData(
        "usb_product",
        "usb_product = \"Bitaxe\"\ndata_port = \"/dev/x\"",
        "'usb_product' in [bridge] stands beside explicit ports; keep one of the two.")]
    [InlineData("usb_product", "control_port = \"/dev/x\"", "the key 'data_port' is missing in [bridge].")]
    [InlineData(
        "usb_product",
        "control_port = \"/dev/x\"\ndata_port = \"/dev/y\"\ndialect = \"v2\"",
        "'dialect' in [bridge] is \"v2\"; allowed here: v0, v1, bonanza.")]
    [InlineData("reset_pin", "reset_pin = 256", "'reset_pin' in [bridge] is 256; allowed here: 0 to 255.")]
    [InlineData(
        "reset_pin",
        "reset_pin = true",
        "'reset_pin' in [bridge] is not a whole number; allowed here: 0 to 255.")]
    [InlineData("chip", "chip = \"bm1371\"", "'chip' in [[chain]] is \"bm1371\"; allowed here: bm1362, bm1366, ")]
    [InlineData(
        "chips",
        "chips = 6\nchips_per_domain = 7",
        "'chips_per_domain' in [[chain]] is 7; allowed here: 1 to 6.")]
    [InlineData("chips", "chips = 6\nallow_missing = 1", "'allow_missing' in [[chain]] is neither true nor false")]
    [InlineData("chips", "chips = 0", "'chips' in [[chain]] is 0; allowed here: 1 to 128.")]
    [InlineData("chips", "chips = 1.0", "'chips' in [[chain]] is not a whole number")]
    [InlineData("baud", "baud = 9_600", "'baud' in [[chain]] is 9600; allowed here: 115200 to 3125000.")]
    [InlineData("megahertz", "megahertz = 625.5", "'megahertz' in [[chain]] is 625.5; allowed here: 50 to 625.")]
    [InlineData("megahertz", "megahertz = nan", "'megahertz' in [[chain]] is NaN; allowed here: 50 to 625.")]
    [InlineData(
        "megahertz_max",
        "megahertz_max = 801",
        "'megahertz_max' in [[chain]] is 801; allowed here: 50 to 800.")]
    [InlineData("ticket", "ticket = 1000", "'ticket' in [[chain]] is 1000; it must be a power of two")]
    [InlineData("ticket", "ticket = 256\nzero_bits = 33", "'zero_bits' in [[chain]] is 33; allowed here: 1 to 32.")]
    [InlineData(
        "part",
        "part = \"lm75\"",
        "'part' in [[sensor]] is \"lm75\"; allowed here: emc2101-external, emc2101-internal, emc2103-external1,")]
    [InlineData("part", "part = \"emc2101-internal\"", "unknown key 'ideality' in [[sensor]]")]
    [InlineData("address", "address = 0x80", "'address' in [[sensor]] is 128; allowed here: 8 to 119.")]
    [InlineData("address", "address = \"4C\"", "'address' in [[sensor]] is not a whole number")]
    [InlineData("target", "target = 70", "'target' in [[sensor]] is 70; it must lie below critical, which is 70.")]
    [InlineData("critical", "critical = 75.5", "'critical' in [[sensor]] is 75.5; it must lie below off, which is 75.")]
    [InlineData("off", "off = 91", "'off' in [[sensor]] is 91; allowed here: 30 to 90.")]
    [InlineData("off", "off = inf", "'off' in [[sensor]] is Infinity; allowed here: 30 to 90.")]
    [InlineData("off", "off = \"75\"", "'off' in [[sensor]] is not a number; allowed here: 30 to 90.")]
    [InlineData(
        "duty_percent_min",
        "duty_percent_min = 5",
        "'duty_percent_min' in [[fan]] is 5; allowed here: 10 to 100.")]
    [InlineData("rpm_min", "rpm_min = 0", "'rpm_min' in [[fan]] is 0; allowed here: 100 to 20000.")]
    [InlineData("input_volts", "input_volts = 7", "'input_volts' in [rail] is 7; allowed here: 5 and 12: nobody")]
    [InlineData("input_volts", "input_volts = 12", "the key 'stage' is missing in [rail]")]
    [InlineData("input_volts", "input_volts = 5\ndomains = 2", "'domains' in [rail] is 2; allowed here: 1 to 1.")]
    [InlineData("volts", "volts = 1.26", "'volts' in [rail] is 1.26; allowed here: 1 to 1.25.")]
    [InlineData("volts_min", "volts_min = 0.9", "'volts_min' in [rail] is 0.9; allowed here: 1 to 1.25.")]
    [InlineData("volts_max", "volts_max = 1.5", "'volts_max' in [rail] is 1.5; allowed here: 1 to 1.4.")]
    [InlineData("watts_max", "watts_max = 61", "'watts_max' in [rail] is 61; allowed here: 1 to 60.")]
    [InlineData("watts_max", "watts_max = 40\nwatts = 2", "unknown key 'watts' in [rail]; allowed here: ")]
    [InlineData("watts_max", "watts_max = 40\nwatts_max = 41", "watts_max")]
    [InlineData("watts_max", "watts_max = ", "this is no TOML: ")]
    [InlineData(
        "watts_max",
        "watts_max = 40\n[spare]",
        "unknown table [spare]; allowed here: [bridge], [[i2c]], [gpio], [uart], [[chain]], [[sensor]], [[fan]], ")]
    [InlineData("watts_max", "watts_max = 40\n[rail.more]", "unknown table [rail.more]")]
    [InlineData("watts_max", "watts_max = 40\n[[rail]]", "rail")]
    public void AMistakeIsNamedWithFileLineAndRemedy(string key, string written, string complaint)
    {
        var refusal = Assert.Throws<UsageException>(() => BoardConfig.Parse(With(key, written), "my/board.toml"));

        Assert.Contains(complaint, refusal.Message);
        Assert.Matches(@"^my/board\.toml:\d+: ", refusal.Message);
    }

    [Fact]
    public void TheLineIsTheLineOfTheMistake()
    {
        var line = 1 + Array.FindIndex(
            Gamma.Split('\n'), text => text.StartsWith("megahertz ", StringComparison.Ordinal));

        var refusal = Assert.Throws<UsageException>(
            () => BoardConfig.Parse(With("megahertz", "megahertz = 1"), "b.toml"));

        Assert.StartsWith($"b.toml:{line}: ", refusal.Message);
    }

    [Fact]
    public void EveryKeyOfTheFileIsNeeded()
    {
        var lines = Gamma.Split('\n');
        var keys = Enumerable.Range(0, lines.Length)
            .Where(index => lines[index].Contains(" = ", StringComparison.Ordinal) && lines[index][0] != '#')
            .ToArray();
        Assert.Equal(38, keys.Length);

        foreach (var index in keys)
        {
            var key = lines[index].Split(' ')[0];
            var without = string.Join('\n', lines.Where((_, other) => other != index));
            var refusal = Assert.Throws<UsageException>(() => BoardConfig.Parse(without, "b.toml"));
            Assert.Contains($"'{key}' is missing", refusal.Message);
        }
    }

    [Theory]
    [InlineData("[bridge]", "[bridge] stands 0 times")]
    [InlineData("[[chain]]", "there is no [[chain]]")]
    [InlineData("[[fan]]", "there is no [[fan]]")]
    [InlineData("[rail]", "[rail] stands 0 times")]
    public void EveryTableIsNeeded(string table, string complaint)
    {
        // Cut from the table's header to the next one.
        var start = Gamma.IndexOf("\n" + table, StringComparison.Ordinal);
        var end = Gamma.IndexOf("\n[", start + 2, StringComparison.Ordinal);
        var without = Gamma[..start] + (end < 0 ? "" : Gamma[end..]);

        Assert.Contains(
            complaint, Assert.Throws<UsageException>(() => BoardConfig.Parse(without, "b.toml")).Message);
    }

    [Fact]
    public void TwoOfOneNameAreRefused()
    {
        var twins = Gamma.Replace("name = \"regulator\"", "name = \"chip\"", StringComparison.Ordinal);

        Assert.Contains(
            "two [[sensor]] are named \"chip\"",
            Assert.Throws<UsageException>(() => BoardConfig.Parse(twins, "b.toml")).Message);
    }

    [Fact]
    public void ASensorInsideARegulatorThatIsElsewhereIsRefused()
    {
        var moved = Gamma.Replace("address = 0x24 ", "address = 0x25 ", StringComparison.Ordinal);
        var halfMoved = moved[..moved.LastIndexOf("0x25", StringComparison.Ordinal)] + "0x24"
            + moved[(moved.LastIndexOf("0x25", StringComparison.Ordinal) + 4)..];

        Assert.Contains(
            "the sensor \"regulator\" is at 0x25, but [rail] has the tps546 at 0x24",
            Assert.Throws<UsageException>(() => BoardConfig.Parse(halfMoved, "b.toml")).Message);
    }

    [Fact]
    public void EveryCutFileIsAUsageErrorAndNothingElse()
    {
        var lastValue = Gamma.LastIndexOf("40", StringComparison.Ordinal);
        for (var length = 0; length < lastValue; length++)
        {
            var cut = Gamma[..length];
            Assert.Throws<UsageException>(() => BoardConfig.Parse(cut, "b.toml"));
        }
    }

    [Fact]
    public void AFileThatIsNotThereIsNamed()
    {
        var refusal = Assert.Throws<UsageException>(() => BoardConfig.Load(["/nowhere/board.toml"]));

        Assert.StartsWith("The board file '/nowhere/board.toml' cannot be read", refusal.Message);
    }

    [Fact]
    public void AFileOfAnotherKindIsNamed() => Assert.Contains(
        "its name must end in .toml",
        Assert.Throws<UsageException>(() => BoardConfig.Parse(Gamma, "board.json")).Message);

    /// <summary>The Gamma's file with three chips in three domains.</summary>
    private static string Chips(string chip, double min, double max)
    {
        var text = With("chip", $"chip = \"{chip}\"").Replace("chips = 1", "chips = 3", StringComparison.Ordinal);
        text = text[..text.IndexOf("volts = 1.15", StringComparison.Ordinal)];
        return text + string.Create(
            CultureInfo.InvariantCulture,
            $"domains = 3\nvolts = {min}\nvolts_min = {min}\nvolts_max = {max}\nwatts_max = 30\n");
    }

    /// <summary>The Gamma's file with the first line of this key written otherwise.</summary>
    private static string With(string key, string written)
    {
        var lines = Gamma.Split('\n');
        var index = Array.FindIndex(lines, line => line.StartsWith(key + " ", StringComparison.Ordinal));
        Assert.True(index >= 0, string.Create(CultureInfo.InvariantCulture, $"no line of {key}"));
        lines[index] = written;
        return string.Join('\n', lines);
    }

    private const StringComparison Ignore = StringComparison.OrdinalIgnoreCase;
}
