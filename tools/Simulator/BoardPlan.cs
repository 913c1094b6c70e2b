using System.Globalization;
using Firmware;
using Firmware.Boards;
using Simulator.Chips;
using Simulator.Parts;

namespace Simulator;

/// <summary>What of a board file the simulator needs to build that board.</summary>
internal sealed record BoardPlan(BoardConfig Board, BridgeFraming Framing, Silicon Silicon)
{
    private ChainConfig Chain => Board.Chains[0];

    public string Key => Board.Key;

    public int Chips => Chain.Chips;

    /// <summary>How many neighbours in the chain share a voltage domain.</summary>
    public int PerDomain => Chain.ChipsPerDomain;

    public double Megahertz => Chain.Megahertz.Value;

    /// <summary>How many chips stand one on the other between the rail and ground.</summary>
    public int Domains => Board.Rail?.Domains ?? 1;

    /// <summary>What the file sets the rail to.</summary>
    public double Volts => Board.Rail?.Volts.Value ?? 0;

    /// <summary>What the board is fed with.</summary>
    public double InputVolts => Board.Rail?.Input.Value ?? 0;

    /// <summary>The pin that holds the chips in reset while low.</summary>
    public int ResetPin => Board.ResetPin ?? -1;

    /// <exception cref="UsageException">The file is no board, or has parts that are not modelled.</exception>
    public static BoardPlan Read(string file, BridgeFraming? framing)
    {
        var board = BoardConfig.Load([file])[0];
        return board.Bridge is { } bridge
            ? Of(board, framing ?? FramingOf(bridge))
            : throw new UsageException($"'{file}' has no [bridge], and so no ports to simulate; give it such a board.");
    }

    /// <exception cref="UsageException">The board has chips that are not modelled.</exception>
    public static BoardPlan Of(BoardConfig board, BridgeFraming framing = BridgeFraming.V0) =>
        board is { Chains: [var chain], Rail: not null } && Silicon.Find(chain.Chip) is { } silicon
            ? new BoardPlan(board, framing, silicon)
            : throw new UsageException(
                $"The simulator models one chain of {Silicon.Names}, and '{board.File}' has another; give it such a "
                + "board.");

    /// <summary>The file's text with ports in place of the USB identity, and a simulated chip's numbers.</summary>
    public static string Rewrite(
        string text,
        BridgeFraming framing,
        string controlPort,
        string dataPort,
        int zeroBits,
        SimulationOptions options)
    {
        string[] bridge =
        [
            $"dialect = \"{framing.ToString().ToLowerInvariant()}\"",
            $"control_port = \"{controlPort}\"",
            $"data_port = \"{dataPort}\"",
        ];
        List<string> chain = [FormattableString.Invariant($"zero_bits = {zeroBits}")];
        if (options.Megahertz is { } megahertz)
        {
            chain.Add(string.Create(CultureInfo.InvariantCulture, $"megahertz = {megahertz}"));
        }

        if (options.Ticket is { } ticket)
        {
            chain.Add(FormattableString.Invariant($"ticket = {ticket}"));
        }

        var lines = new List<string>();
        List<string> dropped = [];
        foreach (var line in text.Split('\n'))
        {
            var trimmed = line.TrimStart();
            if (trimmed.StartsWith('['))
            {
                var added = Section(trimmed) switch { "bridge" => bridge, "chain" => chain.ToArray(), _ => [] };
                lines.AddRange([line, .. added]);
                dropped = added.Select(KeyOf).ToList();
                dropped.AddRange(added == bridge ? ["usb_product", "usb_serial"] : []);
            }
            else if (!dropped.Contains(KeyOf(trimmed)))
            {
                lines.Add(line);
            }
        }

        return string.Join('\n', lines);
    }

    private static string Section(string header) => header.Split(']')[0].Trim('[', ' ');

    private static string KeyOf(string line) => line.Split('=')[0].Trim();

    private static BridgeFraming FramingOf(BridgeConfig bridge) => bridge switch
    {
        { Dialect: { } dialect } => Enum.Parse<BridgeFraming>(dialect.ToString()),
        { UsbProduct: { } product } when product.Contains("RHAP", StringComparison.Ordinal) => BridgeFraming.V1,
        { UsbProduct: { } product } when product.Contains("Bonanza", StringComparison.Ordinal) => BridgeFraming.Bonanza,
        _ => BridgeFraming.V0,
    };
}
