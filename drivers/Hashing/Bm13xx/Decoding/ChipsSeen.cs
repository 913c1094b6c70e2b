namespace Drivers.Hashing.Bm13xx.Decoding;

/// <summary>The chips that a capture's commands number, and where each begins to count.</summary>
internal sealed class ChipsSeen(ChipModel model)
{
    private readonly List<(byte Address, uint Start)> chips = [];
    private bool hasOffsets;

    /// <summary>Starts are random until they were written.</summary>
    private readonly bool floats = model.AfterRamp.Any(step => step.Action == SetupAction.NonceOffsets);

    public void Inactive()
    {
        chips.Clear();
        hasOffsets = false;
    }

    public void Address(byte address) => chips.Add((address, (uint)address << CounterShift));

    public void Offset(byte address, ChipNonceOffset offset)
    {
        const int offsetShift = 9;
        var chip = chips.FindIndex(known => known.Address == address);
        if (chip >= 0)
        {
            chips[chip] = (address, (uint)offset.Offset << offsetShift);
            hasOffsets = true;
        }
    }

    /// <summary>Which chip found it, as far as that can be told.</summary>
    public string Finder(uint wireNonce)
    {
        var address = NonceSpace.AddressIn(model, wireNonce);
        if (model.Nonces == NonceLayout.Bm1387)
        {
            return Named(address >> 2, address);
        }

        if (chips.Count == 0)
        {
            return $"address 0x{address:X2}, if it counts from its address (the capture sets none)";
        }

        if (chips.Count > 1 && floats && !hasOffsets)
        {
            return "not told: no CHIP_NONCE_OFFSET was written, so each begins to count anywhere";
        }

        var counter = wireNonce & ((1u << CounterBits) - 1);
        var finder = chips.Count == 1 ? 0 : -1;
        for (var i = 0; i < chips.Count; i++)
        {
            finder = chips[i].Start <= counter && (finder < 0 || chips[i].Start >= chips[finder].Start) ? i : finder;
        }

        return finder < 0 ? "not told: none begins to count so low" : Named(finder, chips[finder].Address);
    }

    private int CounterBits => model.Nonces == NonceLayout.Core8 ? 24 : 25;

    private int CounterShift => CounterBits - 8;

    private static string Named(int chip, byte address) => $"{chip} (address 0x{address:X2})";
}
