using System.Globalization;

namespace Storm;

/// <summary>One kind of trouble: how long it lasts, how bad it is, and what it does to the device.</summary>
/// <param name="Name">As it stands in the summary.</param>
/// <param name="Seconds">The range of how long it lasts; infinity is for good.</param>
/// <param name="Size">The range of whatever its size means.</param>
/// <param name="Set">Begins it (true) or ends it.</param>
internal sealed record FaultKind(
    string Name,
    (double Least, double Most) Seconds,
    (double Least, double Most) Size,
    Action<Device, Fault, bool> Set);

/// <param name="Which">Of several like parts; taken modulo their number.</param>
internal sealed record Fault(FaultKind Kind, TimeSpan Begins, TimeSpan Ends, int Which, double Size)
{
    private string EndsText => Ends == TimeSpan.MaxValue
        ? "the last"
        : Ends.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Kind.Name} from {Begins.TotalSeconds:0.0} to {EndsText} s (part {Which}, size {Size:0.00})");
}

/// <summary>A fault on its way.</summary>
internal sealed class ActiveFault(Fault fault)
{
    private bool hasBegun;
    private bool hasEnded;

    public TimeSpan Due => !hasBegun ? fault.Begins : !hasEnded ? fault.Ends : TimeSpan.MaxValue;

    public void Act(Device device)
    {
        if (!hasBegun && device.Clock.Now >= fault.Begins)
        {
            hasBegun = true;
            device.Trace?.Say("fault", $"begins: {fault}");
            fault.Kind.Set(device, fault, true);
        }

        if (hasBegun && !hasEnded && device.Clock.Now >= fault.Ends)
        {
            hasEnded = true;
            device.Trace?.Say("fault", $"ends: {fault.Kind.Name}");
            fault.Kind.Set(device, fault, false);
        }
    }
}
