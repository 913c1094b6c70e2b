namespace Storm;

public sealed class ReactionsTests
{
    [Fact]
    public void FromTheConfirmingSampleToThePowerOffCommandItTakesNoMoreThanAQuarterOfASecond()
    {
        var boards = StormCommand.BoardsOf(Path.Combine(AppContext.BaseDirectory, "board-configs"));
        var seed = Random.Shared.Next();
        foreach (var board in boards)
        {
            var slowest = Reactions.Measure(board, 50, seed).Max();

            Assert.True(
                slowest > TimeSpan.Zero && slowest <= TimeSpan.FromMilliseconds(250),
                $"{board.Key}, seed {seed}: {slowest.TotalMilliseconds:0.0} ms");
        }
    }
}
