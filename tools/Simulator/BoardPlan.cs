using System.Globalization;
using Firmware;
using Firmware.Boards;
using Simulator.Chips;
using Simulator.Parts;

namespace Simulator;

/// <summary>What of a board file the simulator needs to build that board.</summary>
internal sealed record BoardPlan(
    string Key,
    BridgeFraming Framing,
    int ResetPin,
    Silicon Silicon,
    int Chips,
    int PerDomain,
    int FanChipAddress,
    int RegulatorAddress,
    double Volts)
{
    /// <exception cref="UsageException">The file is no board, or has parts that are not modelled.</exception>
    public static BoardPlan Read(string file, BridgeFraming? framing)
    {
        var board = BoardConfig.Load([file])[0];
        if (board is not { Chains: [var chain], Bridge: { } bridge, Rail: { } rail }
            || Silicon.Find(chain.Chip) is not { } silicon)
        {
            throw new UsageException(
                $"The simulator models one chain of {Silicon.Names}, and '{file}' has another; give it such a board.");
        }

        return new BoardPlan(
            board.Key,
            framing ?? FramingOf(bridge),
            bridge.ResetPin,
            silicon,
            chain.Chips,
            chain.ChipsPerDomain,
            board.Fans[0].Address,
            rail.Address,
            rail.Volts.Value);
    }

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
