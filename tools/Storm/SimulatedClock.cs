namespace Storm;

/// <summary>The time of an episode. It moves when nobody has anything to do, and by what transfers take.</summary>
internal sealed class SimulatedClock
{
    public TimeSpan Now { get; private set; }

    public void PassTo(TimeSpan moment) => Now = moment > Now ? moment : Now;

    public void Spend(TimeSpan time) => Now += time;
}
